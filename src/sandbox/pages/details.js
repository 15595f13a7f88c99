
// Exports, and posts the progress and the result to the parent window.
{
  const button = document.getElementById("export");

  const step = async (name) => {
    const response = await fetch(`${location.pathname}/export/${name}`, { method: "POST" });
    if (!response.ok) throw new Error(`export: ${response.status}`);
    const message = await response.json();
    if (window.parent !== window) window.parent.postMessage(message, "*");
  };

  button.addEventListener("click", async () => {
    if (button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-disabled", "true");
    try {
      await step("progress");
      await step("ready");
    } finally {
      button.removeAttribute("aria-disabled");
    }
  });
  button.hidden = false;
}
