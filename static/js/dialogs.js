// Dialogs: <button data-dialog-open="id">, content fetched into #dialog-content, and questions before an action.
const shared = document.getElementById("dialog");
const sharedContent = document.getElementById("dialog-content");

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog-open]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.dialogOpen);
    if (dialog) {
      event.preventDefault();
      dialog.showModal();
      focusFirst(dialog);
    }
  }
  const closer = event.target.closest("[data-dialog-close]");
  if (closer) {
    event.preventDefault();
    closer.closest("dialog")?.close();
  }
});

// A press on the backdrop closes, unless it began inside (a selection dragged out of a field).
let pressedOn = null;
document.addEventListener("pointerdown", (event) => (pressedOn = event.target));
document.addEventListener("click", (event) => {
  const dialog = event.target;
  if (!(dialog instanceof HTMLDialogElement) || pressedOn !== dialog) return;
  const box = dialog.getBoundingClientRect();
  const inside =
    event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
  if (!inside && !dialog.querySelector("form[data-changed]")) dialog.close();
});

function focusFirst(dialog) {
  const wanted = dialog.querySelector("[aria-invalid=true], [autofocus]") ??
    dialog.querySelector("input:not([type=hidden]), select, textarea, .dialog-foot .button, .form-actions .button");
  wanted?.focus();
}

document.body.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target !== sharedContent || !sharedContent.firstElementChild) return;
  shared.className = sharedContent.querySelector("[data-dialog-class]")?.dataset.dialogClass ?? "";
  if (!shared.open) shared.showModal();
  focusFirst(shared);
});
document.body.addEventListener("dialog-close", () => shared.close());
shared.addEventListener("close", () => sharedContent.replaceChildren());

// hx-confirm and <form data-confirm> ask in our own dialog.
const question = document.getElementById("question");

export function ask(text, action) {
  question.querySelector("[data-question-text]").textContent = text;
  const yes = question.querySelector("[data-question-yes]");
  yes.textContent = action || yes.dataset.label;
  question.returnValue = "";
  question.showModal();
  return new Promise((resolve) => {
    question.addEventListener("close", () => resolve(question.returnValue === "yes"), { once: true });
  });
}

document.body.addEventListener("htmx:confirm", async (event) => {
  if (!event.detail.question) return;
  event.preventDefault();
  if (await ask(event.detail.question, event.detail.elt.dataset.confirmAction)) event.detail.issueRequest(true);
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.dataset.confirm || form.hasAttribute("data-confirmed") || event.defaultPrevented) return;
  event.preventDefault();
  const { submitter } = event;
  if (!(await ask(form.dataset.confirm, form.dataset.confirmAction))) return;
  form.setAttribute("data-confirmed", "");
  form.requestSubmit(submitter);
});
