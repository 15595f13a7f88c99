
// Validates the required answer, sends all answers, and posts the message to the parent window.
// Retries when the connection is back.
{
  const form = document.querySelector("form");
  const reason = document.getElementById("reason");
  const error = document.getElementById("reason-error");
  const sent = document.getElementById("sent");
  const waiting = document.getElementById("waiting");
  const button = form.querySelector("button[type=submit]");
  let busy = false;
  let timer = 0;
  let pause = 1000;

  const complain = (wrong) => {
    error.hidden = !wrong;
    if (wrong) reason.setAttribute("aria-invalid", "true");
    else reason.removeAttribute("aria-invalid");
  };

  const say = (id) => waiting.replaceChildren(document.getElementById(id).content.cloneNode(true));

  const send = async () => {
    clearTimeout(timer);
    if (busy || !form.isConnected) return;
    busy = true;
    button.setAttribute("aria-disabled", "true");
    const body = JSON.stringify(Object.fromEntries(new FormData(form)));
    let refused = false;
    try {
      const headers = { "Content-Type": "application/json" };
      const response = await fetch(form.action, { method: "POST", headers, body });
      if (response.ok) {
        const plan = await response.json();
        window.removeEventListener("online", send);
        form.remove();
        sent.hidden = false;
        sent.focus();
        deliver(plan);
        return;
      }
      refused = response.status < 500;
    } catch {
      // No connection: retried below.
    }
    busy = false;
    button.removeAttribute("aria-disabled");
    if (refused) {
      window.removeEventListener("online", send);
      say("refused-text");
      return;
    }
    say("waiting-text");
    window.addEventListener("online", send);
    timer = setTimeout(send, pause);
    pause = Math.min(pause * 2, 15000);
  };

  form.noValidate = true;
  reason.addEventListener("input", () => complain(false));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (reason.value.trim() === "") {
      complain(true);
      reason.focus();
    } else {
      send();
    }
  });
}
