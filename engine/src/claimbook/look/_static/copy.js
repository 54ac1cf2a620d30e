/* Buttons that copy what they carry, a number, chart or claim with its source. A page from a file may be refused the
   clipboard: there the browser copies a selection. */
(() => {
  "use strict";
  function bySelection(text, button) {
    const field = document.createElement("textarea");
    field.value = text;
    field.readOnly = true;
    field.className = "copied-text";
    button.after(field); // beside the button: what closes when the focus leaves it stays open
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    button.focus();
    return done;
  }

  const byClipboard = (text) => (navigator.clipboard ? navigator.clipboard.writeText(text) : Promise.reject());

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-copy]");
    if (!button) return;
    const says = button.dataset.says ??= button.textContent, text = button.dataset.copy;
    const tell = (done) => {
      button.textContent = done ? "Copied" : "Not copied: the browser refused";
      setTimeout(() => { button.textContent = says; }, 2500);
    };
    byClipboard(text).then(() => tell(true), () => tell(bySelection(text, button)));
  });
})();
