// After a part of the page was exchanged: the focus goes where the eye goes, and new controls come alive.
import { enhance } from "./forms.js";
import { heardSince } from "./team-socket.js";

const line = document.getElementById("loading-line");
const AGAIN_MS = 300;
let running = 0;

// Only for what a person asked for: parts that follow the socket are fetched in silence.
function show(event, step) {
  if (!pressed(event.detail.requestConfig ?? {})) return;
  running = Math.max(0, running + step);
  line.classList.toggle("on", running > 0);
}
document.body.addEventListener("htmx:beforeRequest", (event) => show(event, 1));
document.body.addEventListener("htmx:afterRequest", (event) => show(event, -1));

// A part that follows the socket must not be exchanged while a person waits for an answer in its place: the answer would
// go into the old part, which is no longer in the page. The answer brings what is new anyway.
const awaited = new WeakMap();
document.body.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (!pressed(detail.requestConfig)) return;
  awaited.set(detail.target, (awaited.get(detail.target) ?? 0) + 1);
  detail.xhr.addEventListener("loadend", () => awaited.set(detail.target, awaited.get(detail.target) - 1));
});
document.body.addEventListener("htmx:beforeSwap", ({ detail }) => {
  // The place for which this was asked was exchanged meanwhile: it goes into the new one, which knows less only where
  // a person did something. Into the old one it would go with nobody to see it, and would not find its other parts.
  if (!detail.target.isConnected) {
    const place = detail.target.id && document.getElementById(detail.target.id);
    if (place && pressed(detail.requestConfig)) detail.target = place;
    else detail.shouldSwap = false;
    return;
  }
  if (pressed(detail.requestConfig)) return;
  const isPart = detail.target !== document.body; // answers aimed at the body bring their parts by their ids
  if (awaited.get(detail.target) || (isPart && holdsTyped(detail.target))) detail.shouldSwap = false;
});

// Nor while something stands in it that a person typed: it would be gone. Sending it brings what is new.
function holdsTyped(part) {
  const typed = "textarea, input:not([type=hidden], [type=checkbox], [type=radio], [type=file])";
  return [...part.querySelectorAll(typed)].some((field) => field.value !== field.defaultValue);
}

// What was heard while a part was being fetched may be missing in it: then it is fetched once more.
const begun = new WeakMap();
document.body.addEventListener("htmx:beforeRequest", ({ detail }) => begun.set(detail.xhr, performance.now()));
document.body.addEventListener("htmx:afterSettle", ({ detail: { elt, xhr } }) => {
  const trigger = elt.getAttribute?.("hx-trigger") ?? "";
  if (!trigger.includes("from:body") || !begun.has(xhr) || !heardSince(trigger, begun.get(xhr))) return;
  setTimeout(() => {
    if (!elt.isConnected) return;
    const swap = elt.getAttribute("hx-swap") ?? "outerHTML";
    window.htmx.ajax("GET", elt.getAttribute("hx-get"), { source: elt, target: elt, swap });
  }, AGAIN_MS);
});

document.body.addEventListener("htmx:afterSettle", (event) => {
  const part = event.detail.elt;
  enhance(part);
  const { xhr, requestConfig } = event.detail;
  if (xhr?.status === 422) {
    part.querySelector("[aria-invalid=true], .errors")?.closest(".field, form")?.querySelector("input, select, textarea")?.focus();
    return;
  }
  // The thing that was pressed is gone: stay near it instead of at the top of the page.
  const asked = requestConfig?.elt;
  if (asked && !asked.isConnected && document.activeElement === document.body && part.isConnected && pressed(requestConfig)) {
    if (!part.hasAttribute("tabindex")) part.setAttribute("tabindex", "-1");
    part.focus({ preventScroll: true });
  }
});

function pressed(config) {
  return ["click", "submit", "change", "input"].includes(config.triggeringEvent?.type);
}

document.querySelector("form[method=post] [aria-invalid=true]")?.focus();
