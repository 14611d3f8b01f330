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
  if (late.has(detail.xhr)) {
    detail.shouldSwap = false;
    askAgain(detail.target);
    return;
  }
  if (pressed(detail.requestConfig)) return;
  const isPart = detail.target !== document.body; // answers aimed at the body bring their parts by their ids
  const list = isPart && [...dragged.keys()].find((one) => detail.target.contains(one));
  if (list) dragged.set(list, detail.target);
  if (list || awaited.get(detail.target) || (isPart && holdsTyped(detail.target))) detail.shouldSwap = false;
});

// The place for which something was asked may be exchanged before the answer comes. In the old one nobody would see it, and
// its parts for other places would find none. What a person asked for goes into the new place; what the socket asked for
// may be older than what stands there, so that place is asked for once more.
const late = new WeakSet();
document.body.addEventListener("htmx:beforeRequest", ({ detail }) => {
  detail.xhr.addEventListener("readystatechange", () => {
    if (detail.xhr.readyState !== XMLHttpRequest.DONE || detail.target.isConnected) return;
    const place = detail.target.id ? document.getElementById(detail.target.id) : null;
    if (!place || !pressed(detail.requestConfig)) late.add(detail.xhr);
    detail.target = place ?? document.body;
  });
});

function askAgain(place) {
  const address = place.getAttribute("hx-get");
  if (!address || !place.getAttribute("hx-trigger")?.includes("from:body")) return;
  const swap = place.getAttribute("hx-swap") ?? "outerHTML";
  setTimeout(() => place.isConnected && window.htmx.ajax("GET", address, { source: place, target: place, swap }), AGAIN_MS);
}

// Nor while something in it is dragged, which would end there. Once it is let go, the place asks again. SortableJS fires
// `start` and `end` on the list that it was taken from.
const dragged = new Map(); // list → the place that was not exchanged meanwhile, or null
document.body.addEventListener("start", ({ target, item }) => item && dragged.set(target, null));
document.body.addEventListener("end", ({ target, item }) => {
  const place = item && dragged.get(target);
  dragged.delete(target);
  if (place?.isConnected) askAgain(place);
});

// Nor while something stands in it that a person typed: it would be gone. Sending it brings what is new.
function holdsTyped(part) {
  const typed = "textarea, input:not([type=hidden], [type=checkbox], [type=radio], [type=file])";
  return [...part.querySelectorAll(typed)].some((field) => field.value !== field.defaultValue);
}

// A part that is exchanged by itself takes the focus of whoever goes by the keyboard with it: the same link, button or field
// in the new one gets it.
const focused = new WeakMap(); // request → a selector of what had the focus
document.body.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const at = document.activeElement;
  if (detail.shouldSwap && !pressed(detail.requestConfig) && at !== detail.target && detail.target.contains(at)) focused.set(detail.xhr, nameOf(at));
});
document.body.addEventListener("htmx:afterSettle", ({ detail: { xhr } }) => {
  const name = focused.get(xhr);
  if (name && document.activeElement === document.body) document.querySelector(name)?.focus({ preventScroll: true });
});

function nameOf(element) {
  const known = ["id", "href", "name", "aria-label"].find((name) => element.getAttribute(name));
  return known && `${element.localName}[${known}="${CSS.escape(element.getAttribute(known))}"]`;
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
