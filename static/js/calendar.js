// Posts are dragged from day to day; a press on the empty part of a day writes a post for it. The form behind the
// clock of each post does the same for the keyboard and without this script.
function move(item, list) {
  const day = list.closest("[data-day]").dataset.day;
  const calendar = document.getElementById("calendar");
  item.setAttribute("aria-busy", "true");
  window.htmx.ajax("POST", item.dataset.drop, {
    target: "#calendar",
    swap: "outerHTML",
    values: { day, here: calendar.dataset.query },
  });
}

async function prepare() {
  const lists = document.querySelectorAll("[data-entries]:not([data-ready])");
  if (!lists.length) return;
  for (const list of lists) list.dataset.ready = "";
  const { default: Sortable } = await import("../vendor/sortable.js");
  for (const list of lists) {
    Sortable.create(list, {
      group: "calendar",
      draggable: "[data-movable]",
      sort: false,
      animation: 120,
      delay: 180,
      delayOnTouchOnly: true,
      onEnd: ({ item, from, to }) => from !== to && move(item, to),
    });
  }
}

document.addEventListener("click", (event) => {
  const day = event.target.closest(".cal-day");
  if (!day || event.target.closest("a, button, .cal-entry")) return;
  day.querySelector("[data-compose]")?.click();
});

prepare();
document.body.addEventListener("htmx:afterSettle", prepare);
