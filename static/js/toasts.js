// Short words after something happened. The server sends them as HX-Trigger: {"toast": {"message", "level", "undo"}}.
const STAY_MS = 6_000;
const region = document.getElementById("toasts");
const icons = { success: "check-circle", error: "alert", warning: "alert", info: "info" };

export function toast({ message, level = "info", undo = null, undo_label: undoLabel = "Undo" }) {
  const element = document.createElement("div");
  element.className = `toast ${level}`;
  element.append(icon(icons[level] ?? "info"), words(message));
  if (undo) element.append(undoButton(undo, undoLabel, element));
  const close = document.createElement("button");
  close.type = "button";
  close.className = "toast-close";
  close.setAttribute("aria-label", region.dataset.dismiss ?? "Dismiss");
  close.append(icon("x"));
  element.append(close);
  region.append(element);
  leaveLater(element, level === "error" || undo ? STAY_MS * 2 : STAY_MS);
}

function words(message) {
  const element = document.createElement("div");
  element.textContent = message;
  return element;
}

function undoButton(address, label, element) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "link";
  button.textContent = label;
  button.addEventListener("click", () => {
    element.remove();
    window.htmx.ajax("POST", address, { swap: "none" });
  });
  return button;
}

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `${region.dataset.icons}#${name}`);
  svg.append(use);
  return svg;
}

function leave(element) {
  element.classList.add("leaving");
  setTimeout(() => element.remove(), 220);
}

function leaveLater(element, afterMs) {
  let timer = setTimeout(() => leave(element), afterMs);
  const hold = () => clearTimeout(timer);
  const go = () => (timer = setTimeout(() => leave(element), STAY_MS / 2));
  element.addEventListener("pointerenter", hold);
  element.addEventListener("focusin", hold);
  element.addEventListener("pointerleave", go);
  element.addEventListener("focusout", go);
}

region.addEventListener("click", (event) => event.target.closest(".toast-close")?.closest(".toast").remove());
for (const element of region.querySelectorAll("[data-toast]")) leaveLater(element, STAY_MS);

document.body.addEventListener("toast", (event) => toast(event.detail));
document.body.addEventListener("htmx:responseError", (event) => {
  const { status } = event.detail.xhr;
  if (event.detail.xhr.getResponseHeader("HX-Trigger")?.includes('"toast"')) return; // the answer has its own words
  const say = region.dataset;
  const message = status === 403 ? say.forbidden : status === 404 ? say.missing : status === 429 ? say.tooMany : say.failed;
  toast({ message, level: "error" });
});
document.body.addEventListener("htmx:sendError", () => toast({ message: region.dataset.offline, level: "error" }));
