// The template's form: rows of beats that come and go, their sum, and the look while it is chosen.
import { Preview } from "./creation-preview.js";

const form = document.querySelector("[data-template-form]");
const preview = new Preview(document.querySelector("[data-preview]"));
const beats = form.querySelector("[data-beats]");
const sum = form.querySelector("[data-beat-sum]");
const total = form.elements["beats-TOTAL_FORMS"];
const blank = form.querySelector("[data-beat-template]");

const rows = () => [...beats.querySelectorAll("[data-beat]")];
const removed = (row) => row.querySelector("[name$=-DELETE]").checked;

function add(focus = true) {
  const row = blank.content.firstElementChild.cloneNode(true);
  for (const element of row.querySelectorAll("[name], [for], [id]")) {
    for (const name of ["name", "id", "for"]) {
      const value = element.getAttribute(name);
      if (value) element.setAttribute(name, value.replace("__prefix__", total.value));
    }
  }
  total.value = Number(total.value) + 1;
  beats.append(row);
  if (focus) row.querySelector("input").focus();
}

function tell() {
  const shares = rows().filter((row) => !removed(row)).map((row) => Number(row.querySelector("[name$=-percent]").value) || 0);
  const whole = Math.round(shares.reduce((one, other) => one + other, 0) * 10) / 10;
  sum.textContent = sum.dataset.words.replace("#", whole);
  sum.classList.toggle("wrong", Math.abs(whole - 100) > 1);
}

function show() {
  const { elements } = form;
  const format = form.querySelector("[name=formats]:checked")?.value;
  preview.show({
    format,
    palette: form.querySelector("[name=palette]:checked")?.value,
    captions: elements.burnt_in.checked ? elements.caption_style.value : "none",
    at: elements.position.value,
    transition: elements.transition.value,
    titled: elements.hook_overlay.checked,
  });
}

form.addEventListener("input", (event) => {
  const row = event.target.closest("[data-beat]");
  if (row && event.target.name.endsWith("-DELETE")) row.hidden = true;
  if (row) tell();
  show();
});
form.querySelector("[data-add-beat]").addEventListener("click", () => add());

// The spare row is for pages without script.
const spare = rows().at(-1);
if (spare && !removed(spare) && [...spare.querySelectorAll("input:not([type=checkbox])")].every((input) => !input.value)) spare.hidden = true;
for (const row of rows()) if (removed(row)) row.hidden = true;
tell();
show();
