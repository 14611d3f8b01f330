// The composer: an empty field of one channel is filled with what all channels say, to be changed from there.
const form = document.getElementById("composer");

form?.addEventListener("click", (event) => {
  const button = event.target.closest("[data-take-over]");
  if (!button) return;
  for (const control of button.closest(".channel-own").querySelectorAll("[data-common]")) {
    if (control.value) continue;
    control.value = form.elements[control.dataset.common]?.value ?? "";
    control.dispatchEvent(new Event("input", { bubbles: true }));
  }
});

// Hashtags of a pool and short addresses are added to what is written already.
form?.addEventListener("click", (event) => {
  const button = event.target.closest("[data-add]");
  const control = button && document.getElementById(button.dataset.addTo);
  if (!control) return;
  control.value = [control.value.trimEnd(), button.dataset.add].filter(Boolean).join(" ");
  control.dispatchEvent(new Event("input", { bubbles: true }));
});

// A suggested time is put into the form, on the clock that it is meant on.
form?.addEventListener("click", (event) => {
  const button = event.target.closest("[data-time]");
  if (!button) return;
  form.elements.zone.value = button.dataset.zone;
  form.elements.due_at.value = button.dataset.time;
  form.elements.due_at.dispatchEvent(new Event("change", { bubbles: true }));
});

// Back from another page, browsers put in again what was typed; the preview is asked for anew, to say the same.
addEventListener("pageshow", () => {
  const typed = [...(form?.elements ?? [])].some(({ value, defaultValue }) => defaultValue !== undefined && value !== defaultValue);
  if (typed) form.dispatchEvent(new Event("change", { bubbles: true }));
});
