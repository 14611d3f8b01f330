// The page that starts a video: how long the text is, what it will look like, and pasting that feels easy.
import { Preview } from "./creation-preview.js";

const form = document.querySelector("[data-create]");
const previews = [...document.querySelectorAll("[data-preview]")].map((element) => new Preview(element));
const show = (look) => previews.forEach((preview) => preview.show(look));
const text = form.elements.text;
const lengthOut = form.querySelector("[data-length]");
const wordCount = form.querySelector("[data-word-count]");
const linkHint = form.querySelector("[data-link-hint]");
const counter = form.querySelector("[data-counter=id_text]");
const WORDS_DELAY_MS = 600;
const COUNTER_FROM = 100_000; // characters from which on the limit matters
const LARGEST_FILE_BYTES = 2_000_000;
const spokenPerS = Number(form.dataset.wordsPerS);
let wordsTimer = null;

const chosen = (name) => form.querySelector(`[name="${name}"]:checked`);
const template = () => chosen("template").dataset;

// Length ------------------------------------------------------------------------------------------------------
function countWords(value) {
  const spaced = value.split(/\s+/).filter(Boolean).length;
  const dense = (value.match(/[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]/g) ?? []).length;
  return dense > spaced ? Math.round(dense / 2) : spaced;
}

function timeOf(seconds) {
  if (seconds < 75) return `${Math.max(1, Math.round(seconds))} s`;
  return `${Math.round(seconds / 60)} min`;
}

function speed() {
  return Number(form.elements.speed.value || template().speed);
}

function tellLength() {
  const words = countWords(text.value);
  const say = lengthOut.dataset;
  if (!words) {
    lengthOut.textContent = say.empty;
    return;
  }
  const { min, max } = template();
  const seconds = words / (spokenPerS * speed());
  const range = `${min}–${max} s`;
  const verdict = seconds > Number(max) * 1.1 ? say.condensed : seconds < Number(min) * 0.9 ? say.short : say.fits;
  const count = document.createElement("b");
  count.textContent = words === 1 ? say.oneWord : say.words.replace("#", words.toLocaleString());
  lengthOut.replaceChildren(count, `, ${say.spoken.replace("#", timeOf(seconds))} · ${verdict.replace("#", range)}`);
}

function wordsChanged() {
  const words = String(chosen("kind").value === "text" ? countWords(text.value) : 0);
  if (wordCount.value === words) return;
  wordCount.value = words;
  clearTimeout(wordsTimer);
  wordsTimer = setTimeout(() => form.dispatchEvent(new CustomEvent("words-changed")), WORDS_DELAY_MS);
}

// Preview -----------------------------------------------------------------------------------------------------
function sourceWords() {
  const kind = chosen("kind").value;
  if (kind === "topic") return form.elements.topic.value;
  return kind === "text" && !isLink(text.value) ? text.value.slice(0, 400) : "";
}

function look() {
  const own = template();
  const captions = form.elements.caption_style.value || (own.burnt ? own.captions : "none");
  return {
    palette: chosen("palette")?.value || own.palette,
    captions,
    at: form.elements.position.value || own.at,
    transition: form.elements.transition.value || own.transition,
    titled: own.titled,
  };
}

function labelOf(name) {
  const control = form.elements[name];
  return control.value ? control.selectedOptions[0].textContent : "";
}

function tellFolds() {
  const own = template();
  const palette = chosen("palette")?.value || own.palette;
  const captions = labelOf("caption_style") || form.querySelector(`[name=caption_style] [value="${own.burnt ? own.captions : "none"}"]`).textContent;
  const summaries = {
    look: [captions, palette[0].toUpperCase() + palette.slice(1)],
    sound: [form.elements.voice.value, labelOf("speed") || `${own.speed}×`, labelOf("music") || own.mood],
  };
  for (const [name, parts] of Object.entries(summaries)) {
    form.querySelector(`[data-fold-summary="${name}"]`).textContent = parts.filter(Boolean).join(" · ");
  }
}

function showFormats() {
  const picked = [...form.querySelectorAll("[name=formats]:checked")].map((box) => box.value);
  const labels = [...form.querySelectorAll("[data-preview-formats] [data-format]")];
  for (const label of labels) label.hidden = !picked.includes(label.dataset.format);
  const shown = labels.find((label) => label.querySelector(":checked"));
  const next = shown && !shown.hidden ? shown : labels.find((label) => label.dataset.format === picked[0]) ?? shown;
  if (next) {
    next.querySelector("input").checked = true;
    show({ format: next.dataset.format });
  }
}

function refresh() {
  show(look());
  const words = sourceWords();
  for (const preview of previews) preview.say(words, words.trim().split(/\s+/).slice(0, 7).join(" "));
  tellLength();
  tellFolds();
  showFormats();
  for (const name of document.querySelectorAll("[data-chosen-name]")) name.textContent = template().name;
  form.querySelector("[data-chosen-about]").textContent = template().about;
  counter.hidden = text.value.length < COUNTER_FROM;
}

// The template's own formats are ticked with it, until a person has ticked some.
let formatsTouched = form.hasAttribute("data-refused");
function templateChosen() {
  if (formatsTouched) return;
  const wanted = template().formats.split(" ");
  for (const box of form.querySelectorAll("[name=formats]")) box.checked = wanted.includes(box.value);
  document.querySelector(`[data-preview-formats] [value="${wanted[0]}"]`).checked = true;
}

form.addEventListener("change", (event) => {
  const { name } = event.target;
  if (name === "formats") formatsTouched = true;
  if (name === "template") templateChosen();
  if (name === "kind") focusSource(event.target.value);
  wordsChanged();
  refresh();
});
form.addEventListener("input", (event) => {
  if (event.target === text) {
    linkHint.hidden = !isLink(text.value);
    wordsChanged();
  }
  if (["text", "topic", "voice"].includes(event.target.name)) refresh();
});

// Pasting -----------------------------------------------------------------------------------------------------
function isLink(value) {
  return /^https?:\/\/\S+$/.test(value.trim());
}

function focusSource(kind) {
  if (document.activeElement?.name === "kind" && document.activeElement.matches(":focus-visible")) return;
  form.elements[kind].focus();
}

function choose(kind) {
  const radio = form.querySelector(`[name=kind][value="${kind}"]`);
  radio.checked = true;
  radio.dispatchEvent(new Event("change", { bubbles: true }));
}

function fill(value) {
  text.value = value;
  text.dispatchEvent(new Event("input", { bubbles: true }));
  text.focus();
}

form.querySelector("[data-use-link]").addEventListener("click", () => {
  form.elements.url.value = text.value.trim();
  text.value = "";
  linkHint.hidden = true;
  choose("url");
});

form.querySelector("[data-paste]").addEventListener("click", async () => {
  const pasted = await navigator.clipboard?.readText().catch(() => "");
  if (pasted) fill(pasted);
  else text.focus();
});

async function openFile(file) {
  if (!file || file.size > LARGEST_FILE_BYTES) return;
  fill(await file.text());
}
form.querySelector("[data-open-text]").addEventListener("change", (event) => openFile(event.target.files[0]));

const frame = form.querySelector("[data-paste-frame]");
frame.addEventListener("dragover", (event) => {
  if (![...event.dataTransfer.items].some((item) => item.kind === "file")) return;
  event.preventDefault();
  frame.classList.add("over");
});
frame.addEventListener("dragleave", () => frame.classList.remove("over"));
frame.addEventListener("drop", (event) => {
  frame.classList.remove("over");
  const [file] = event.dataTransfer.files;
  if (!file) return;
  event.preventDefault();
  if (file.type.startsWith("text/") || /\.(txt|md|markdown|srt)$/i.test(file.name)) openFile(file);
});

document.querySelector("[data-preview-formats]").addEventListener("change", (event) => show({ format: event.target.value }));

refresh();
wordsChanged();
