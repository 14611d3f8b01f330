// Pages of one run: what a person has opened or typed outlives the exchange of the part around it.
// Parts come by their ids (hx-swap-oob), each between oobBeforeSwap and oobAfterSwap.
const opened = (part) => [...part.querySelectorAll("details[id][open]")].map((details) => details.id);

function typed(part) {
  const found = new Map();
  for (const control of part.querySelectorAll("textarea[id], input[id]:not([type=hidden], [type=radio], [type=checkbox])")) {
    if (control.value !== control.defaultValue && control.value !== sent.get(control.id)) found.set(control.id, control.value);
  }
  return found;
}

// What was sent is saved; it must not be put back as if it were still to be saved.
const sent = new Map();
document.body.addEventListener("htmx:beforeRequest", ({ detail: { elt } }) => {
  if (!elt.matches?.("[data-scene-form], [data-apply]")) return;
  for (const control of elt.elements) if (control.id) sent.set(control.id, control.value);
});

let kept = null;
document.body.addEventListener("htmx:oobBeforeSwap", ({ detail: { target } }) => {
  kept = { open: opened(target), typed: typed(target) };
});
document.body.addEventListener("htmx:oobAfterSwap", () => {
  for (const id of kept?.open ?? []) document.getElementById(id)?.setAttribute("open", "");
  for (const [id, value] of kept?.typed ?? []) {
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
