// The editor of thumbnails: a frame is taken from the player, a picture chooses itself as what is shown.
const design = () => document.querySelector("[data-design]");

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-take-frame]")) return;
  const video = document.querySelector("[data-watch] video");
  if (!video) return;
  video.pause();
  design().elements.at_s.value = video.currentTime.toFixed(2);
  design().elements.source.value = "frame";
  design().dispatchEvent(new Event("frame-taken", { bubbles: true }));
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-picture]")) design().elements.source.value = "picture";
  if (event.target.matches("[data-safe-areas]")) document.documentElement.toggleAttribute("data-safe-areas-off", !event.target.checked);
}, true);
