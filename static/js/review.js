// Whoever begins to write means the moment that is shown: its time goes into the field beside, unless one stands there.
document.addEventListener("focusin", (event) => {
  const form = event.target.closest("[data-comment]");
  const video = document.querySelector("#watch video");
  if (!form || !video || event.target.name !== "text") return;
  const field = form.elements.at;
  if (field.value || !(video.currentTime > 0)) return;
  video.pause();
  const whole = Math.floor(video.currentTime);
  const tenths = Math.floor((video.currentTime - whole) * 10);
  field.value = `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}.${tenths}`;
});
