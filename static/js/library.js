// The library's pages: jump to a time of the video, mark the words that are spoken, select a whole page of rows.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-seek]");
  if (!button) return;
  const video = document.querySelector("#watch video");
  if (!video) return;
  video.currentTime = Number(button.dataset.seek);
  video.play().catch(() => {}); // a browser may refuse to start by itself; the time is set all the same
});

// Time events do not bubble, so they are caught on their way down.
document.addEventListener(
  "timeupdate",
  (event) => {
    if (!event.target.matches("#watch video")) return;
    for (const list of document.querySelectorAll("[data-seek-list]")) mark(list, event.target.currentTime);
  },
  true,
);

function mark(list, time) {
  let current = null;
  for (const button of list.querySelectorAll("[data-seek]")) {
    if (Number(button.dataset.seek) <= time + 0.05) current = button;
  }
  const before = list.querySelector("[aria-current]");
  if (before === current) return;
  before?.removeAttribute("aria-current");
  if (!current) return;
  current.setAttribute("aria-current", "true");
  if (list.matches(":hover, :focus-within")) return;
  const top = current.offsetTop - list.offsetTop;
  if (top < list.scrollTop || top + current.offsetHeight > list.scrollTop + list.clientHeight) list.scrollTop = top - 40;
}

// Another format goes on where the one before stood.
let stoodAt = null;
document.body.addEventListener("htmx:beforeSwap", (event) => {
  const video = event.detail.target.querySelector?.("#watch video");
  if (video) stoodAt = { time: video.currentTime, playing: !video.paused };
});
document.body.addEventListener("htmx:afterSwap", () => {
  const video = document.querySelector("#watch video");
  if (!video || !stoodAt) return;
  const { time, playing } = stoodAt;
  stoodAt = null;
  if (time > 0) video.addEventListener("loadedmetadata", () => (video.currentTime = time), { once: true });
  if (playing) video.play().catch(() => {});
});

document.addEventListener("change", (event) => {
  if (!event.target.matches?.("[data-tick-all]")) return;
  for (const box of document.querySelectorAll("[data-tick]")) {
    if (box.checked === event.target.checked) continue;
    box.checked = event.target.checked;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  }
});
