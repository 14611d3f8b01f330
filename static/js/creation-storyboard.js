// The storyboard: cards that know whether they were changed, the look while it is chosen, and voices to hear.
import { Preview } from "./creation-preview.js";

function changed(form) {
  return [...form.elements].some((control) =>
    control.matches("textarea, input:not([type=hidden], [type=checkbox], [type=radio])") ? control.value !== control.defaultValue
    : control.matches("[type=checkbox], [type=radio]") ? control.checked !== control.defaultChecked
    : control.matches("select") ? !control.selectedOptions[0]?.defaultSelected && [...control.options].some((option) => option.defaultSelected)
    : false);
}

function mark(form) {
  form.classList.toggle("changed", changed(form));
}

document.addEventListener("input", (event) => {
  const form = event.target.closest("[data-scene-form], [data-apply]");
  if (form) mark(form);
  if (event.target.closest("[data-look]")) show();
});

// Ctrl-Enter saves the scene that is being written.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.target.closest?.("[data-scene-form]")?.requestSubmit();
});

addEventListener("beforeunload", (event) => {
  if (document.querySelector("[data-scene-form].changed")) event.preventDefault();
});

// Look ----------------------------------------------------------------------------------------------------------
const picture = document.querySelector("[data-preview]");
const preview = picture && new Preview(picture);

function show() {
  const form = document.querySelector("[data-look]");
  if (!preview || !form) return;
  const { elements } = form;
  preview.show({
    captions: elements.caption_style.value,
    at: elements.position.value,
    transition: elements.transition.value,
    palette: form.querySelector("[name=palette]:checked")?.value,
  });
}

function tell() {
  const first = document.querySelector("[data-scene-form] textarea");
  if (preview && first) preview.say(first.value);
}
tell();
document.body.addEventListener("htmx:afterSettle", () => {
  show();
  for (const form of document.querySelectorAll("[data-scene-form], [data-apply]")) mark(form);
});

// Voices --------------------------------------------------------------------------------------------------------
let playing = null;

function icon(button, name) {
  const use = button.querySelector("use");
  use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${name}`));
}

function stop() {
  if (!playing) return;
  playing.audio.pause();
  icon(playing.button, "play");
  playing = null;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-play-voice]");
  if (!button) return;
  const audio = button.parentElement.querySelector("[data-voice]");
  const again = playing?.audio === audio;
  stop();
  if (again) return;
  playing = { audio, button };
  audio.currentTime = 0;
  audio.play().then(() => icon(button, "stop"), stop);
  audio.addEventListener("ended", stop, { once: true });
});
