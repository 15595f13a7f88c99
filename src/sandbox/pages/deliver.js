
// Posts what the server planned to the window around this page. At the top level there is none, and nothing is posted.
function deliver(plan) {
  if (window.parent === window) return;
  if (plan.from === null) {
    for (let i = 0; i < plan.times; i += 1) window.parent.postMessage(plan.message, "*");
  } else if (plan.times > 0) {
    const post = () => {
      const frame = document.createElement("iframe");
      // Without another name for this server, the frame gets no origin at all: that is a wrong one too.
      if (plan.from.startsWith("/")) frame.sandbox = "allow-scripts";
      frame.hidden = true;
      frame.src = plan.from + "#" + encodeURIComponent(JSON.stringify({ message: plan.message, times: plan.times }));
      document.body.append(frame);
    };
    if (document.body) post();
    else document.addEventListener("DOMContentLoaded", post);
  }
}
