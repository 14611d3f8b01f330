// A list whose items are moved by dragging their handle or with the arrow keys on it.
// Items carry data-id; the hidden input after the list holds their ids in order, and "reordered" is fired on the list.
const forward = new Set(["ArrowDown", "ArrowRight"]);
const backward = new Set(["ArrowUp", "ArrowLeft"]);

function items(list) {
  return [...list.children].filter((item) => item.dataset.id);
}

function order(list) {
  return items(list).map((item) => item.dataset.id).join(",");
}

function keep(list) {
  const input = list.nextElementSibling;
  input.value = order(list);
}

function tell(list) {
  const input = list.nextElementSibling;
  if (input.value === order(list)) return;
  keep(list);
  list.dispatchEvent(new CustomEvent("reordered", { bubbles: true, detail: { order: input.value } }));
}

function say(list, item) {
  const all = items(list);
  const name = item.querySelector("[data-drag-handle]").getAttribute("aria-label");
  list.parentElement.querySelector("[data-sortable-say]").textContent = list.dataset.moved
    .replace("{name}", name)
    .replace("{place}", all.indexOf(item) + 1)
    .replace("{count}", all.length);
}

document.addEventListener("keydown", (event) => {
  const handle = event.target.closest?.("[data-drag-handle]");
  const list = handle?.closest("[data-sortable]");
  if (!list || !(forward.has(event.key) || backward.has(event.key))) return;
  event.preventDefault();
  const item = items(list).find((one) => one.contains(handle));
  if (forward.has(event.key)) item.nextElementSibling?.after(item);
  else item.previousElementSibling?.before(item);
  handle.focus();
  say(list, item);
  tell(list);
});

async function prepare(root) {
  const lists = [...root.querySelectorAll("[data-sortable]:not([data-ready])")];
  for (const list of lists) {
    list.dataset.ready = "";
    keep(list);
  }
  if (!lists.length) return;
  const { default: Sortable } = await import("../vendor/sortable.js");
  for (const list of lists) {
    Sortable.create(list, { handle: "[data-drag-handle]", animation: 150, onEnd: () => tell(list) });
  }
}

prepare(document);
document.body.addEventListener("htmx:afterSettle", (event) => prepare(event.detail.elt));
