// Side bar and theme.
import { remember } from "./cookies.js";

const root = document.documentElement;

document.addEventListener("click", (event) => {
  const toggle = event.target.closest("[data-side-toggle]");
  if (!toggle) return;
  const narrow = root.dataset.side !== "narrow";
  if (narrow) root.dataset.side = "narrow";
  else delete root.dataset.side;
  toggle.setAttribute("aria-pressed", String(narrow));
  for (const link of document.querySelectorAll("a.side-link")) {
    if (narrow) link.title = link.textContent.trim();
    else link.removeAttribute("title");
  }
  remember("side", narrow ? "narrow" : "wide");
});

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-theme-form]");
  if (!form || !event.submitter) return;
  event.preventDefault();
  const theme = event.submitter.value;
  root.dataset.theme = theme;
  remember("theme", theme);
  for (const item of form.querySelectorAll("[name=theme]")) item.setAttribute("aria-checked", String(item.value === theme));
  await fetch(form.action, { method: "POST", body: new FormData(form, event.submitter) }).catch(() => undefined);
});
