// Forms: busy buttons, unsaved changes, counters, files, copying, showing a password.
function setBusy(button, busy) {
  if (!button?.classList?.contains("button")) return;
  if (busy) button.setAttribute("aria-busy", "true");
  else button.removeAttribute("aria-busy");
}

let leaving = false;

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.submitter?.getAttribute("aria-busy") === "true") {
    event.preventDefault();
    return;
  }
  queueMicrotask(() => {
    if (event.defaultPrevented) return;
    leaving = true;
    setBusy(event.submitter, true);
    form.removeAttribute("data-changed");
  });
});
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  leaving = false;
  for (const button of document.querySelectorAll("[aria-busy=true]")) setBusy(button, false);
});

function buttonOf(event) {
  const { elt, requestConfig } = event.detail;
  const submitter = requestConfig?.triggeringEvent?.submitter;
  return submitter ?? (elt.matches?.(".button") ? elt : null);
}
document.body.addEventListener("htmx:beforeRequest", (event) => setBusy(buttonOf(event), true));
document.body.addEventListener("htmx:afterRequest", (event) => {
  setBusy(buttonOf(event), false);
  const { elt, successful } = event.detail; // a part of the form that is only fetched again keeps nothing
  if (successful && elt.matches?.("form, .button")) elt.closest("form")?.removeAttribute("data-changed");
});

// <form data-guard>: leaving with unsaved changes asks first.
document.addEventListener("input", (event) => {
  event.target.closest?.("form[data-guard]")?.setAttribute("data-changed", "");
});
addEventListener("beforeunload", (event) => {
  if (!leaving && document.querySelector("form[data-guard][data-changed]")) event.preventDefault();
});

// <output data-counter="input id" data-limit="100">
function count(output) {
  const control = document.getElementById(output.dataset.counter);
  if (!control) return;
  const used = [...control.value].length;
  output.textContent = `${used.toLocaleString()} / ${Number(output.dataset.limit).toLocaleString()}`;
  output.classList.toggle("over", used > Number(output.dataset.limit));
}
document.addEventListener("input", (event) => {
  for (const output of document.querySelectorAll(`[data-counter="${CSS.escape(event.target.id ?? "")}"]`)) count(output);
});
export function enhance(root) {
  for (const output of root.querySelectorAll("[data-counter]")) count(output);
}
enhance(document);

// Dropzones are file inputs over a frame.
for (const [name, over] of [["dragover", true], ["dragleave", false], ["drop", false]]) {
  document.addEventListener(name, (event) => event.target.closest?.("[data-dropzone]")?.classList.toggle("over", over));
}
document.addEventListener("change", (event) => {
  const list = event.target.closest?.("[data-dropzone]")?.querySelector("[data-dropzone-files]");
  if (!list) return;
  const files = [...event.target.files];
  list.textContent = files.length > 3 ? `${files.length} ×` : files.map((file) => file.name).join(", ");
});

document.addEventListener("click", async (event) => {
  const copy = event.target.closest("[data-copy]");
  if (copy) {
    await navigator.clipboard.writeText(copy.dataset.copy);
    const use = copy.querySelector("use");
    const before = use.getAttribute("href");
    use.setAttribute("href", before.replace(/#.*/, "#check"));
    setTimeout(() => use.setAttribute("href", before), 1500);
  }
  const reveal = event.target.closest("[data-reveal]");
  if (reveal) {
    const input = document.getElementById(reveal.dataset.reveal);
    const hidden = input.type === "password";
    input.type = hidden ? "text" : "password";
    reveal.setAttribute("aria-pressed", String(hidden));
  }
  const zone = event.target.closest("[data-detect-zone]");
  if (zone) document.getElementById(zone.dataset.detectZone).value = Intl.DateTimeFormat().resolvedOptions().timeZone;
});
