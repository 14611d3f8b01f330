// Ticked rows: a bar with what can be done to them; ticks outlive the list's being fetched again.
const ticked = new Set();

function show() {
  const bar = document.querySelector("[data-bulk-bar]");
  if (!bar) return;
  const boxes = [...document.querySelectorAll("[data-tick]")];
  const count = boxes.filter((box) => box.checked).length;
  bar.hidden = count === 0;
  const words = bar.querySelector("[data-bulk-count]");
  words.textContent = count === 1 ? words.dataset.one : words.dataset.many.replace("#", count);
}

document.addEventListener("change", (event) => {
  if (!event.target.matches?.("[data-tick]")) return;
  const { checked, value } = event.target;
  if (checked) ticked.add(value);
  else ticked.delete(value);
  event.target.closest("tr")?.setAttribute("aria-selected", String(checked));
  show();
});

document.body.addEventListener("htmx:afterSwap", () => {
  for (const box of document.querySelectorAll("[data-tick]")) {
    if (!ticked.has(box.value)) continue;
    box.checked = true;
    box.closest("tr")?.setAttribute("aria-selected", "true");
  }
  show();
});
