// Chapters of a player: a press jumps there, the one that plays is marked.
function seek(button) {
  const video = button.closest("[data-player]").querySelector("video");
  video.currentTime = Number(button.dataset.seek);
  video.play().catch(() => undefined);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-seek]");
  if (button) seek(button);
});

document.addEventListener(
  "timeupdate",
  (event) => {
    const player = event.target.closest?.("[data-player]");
    if (!player) return;
    const buttons = [...player.querySelectorAll("[data-seek]")];
    const now = buttons.findLast((button) => Number(button.dataset.seek) <= event.target.currentTime + 0.05);
    for (const button of buttons) button.setAttribute("aria-current", String(button === now));
  },
  true,
);
