
// The language switch, without a reload.
{
  const root = document.documentElement;
  const buttons = document.querySelectorAll("button[data-language]");
  const show = (language) => {
    root.lang = language;
    document.title = root.dataset[language];
    for (const button of buttons) {
      button.setAttribute("aria-pressed", String(button.dataset.language === language));
    }
  };
  for (const button of buttons) {
    button.addEventListener("click", () => show(button.dataset.language));
  }
  show(root.lang);
  document.getElementById("languages").hidden = false;
  if (window.parent !== window) root.classList.add("framed");
}
