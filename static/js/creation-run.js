// Pages of one run: what a person has opened or typed outlives the exchange of the part around it.
const opened = (part) => new Set([...part.querySelectorAll("details[id][open]")].map((details) => details.id));

function typed(part) {
  const found = new Map();
  for (const control of part.querySelectorAll("textarea[id], input[id]:not([type=hidden]), select[id]")) {
    if (control.value !== control.defaultValue && control.tagName !== "SELECT") found.set(control.id, control.value);
  }
  return found;
}

// What was sent just now is saved: it must not be put back as if it were still to be saved.
let sent = new Set();
document.body.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.detail.elt.closest?.("[data-scene-form]");
  const saves = form && event.detail.elt === form;
  sent = new Set(saves ? [...form.elements].map((control) => control.id).filter(Boolean) : []);
});

let kept = null;
document.body.addEventListener("htmx:beforeSwap", (event) => {
  const part = event.detail.target;
  kept = { open: opened(part), typed: event.detail.xhr.status === 422 ? new Map() : typed(part) };
  for (const id of sent) kept.typed.delete(id);
});
document.body.addEventListener("htmx:afterSwap", () => {
  if (!kept) return;
  for (const id of kept.open) document.getElementById(id)?.setAttribute("open", "");
  for (const [id, value] of kept.typed) {
    const control = document.getElementById(id);
    if (!control || control.value === value) continue;
    control.value = value;
    control.dispatchEvent(new Event("input", { bubbles: true }));
  }
  kept = null;
});

// The title: its button shows only while there is something to save; the rest of the page follows.
document.addEventListener("input", (event) => {
  if (!event.target.matches?.(".run-title-input")) return;
  event.target.form.classList.toggle("changed", event.target.value.trim() !== event.target.dataset.title);
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !event.target.matches?.(".run-title-input")) return;
  event.target.value = event.target.dataset.title;
  event.target.form.classList.remove("changed");
  event.target.blur();
});
document.body.addEventListener("htmx:afterSettle", (event) => {
  const input = event.detail.elt.matches?.("#run-title") && event.detail.elt.querySelector(".run-title-input");
  if (!input || input.getAttribute("aria-invalid")) return;
  for (const name of document.querySelectorAll("[data-run-title]")) name.textContent = input.dataset.title;
});
