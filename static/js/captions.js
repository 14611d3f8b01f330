// The editor of captions: what is typed is shown over the video at once, and keys do what the buttons do.
const form = () => document.querySelector("[data-cues]");
const video = () => document.querySelector("[data-watch] video");

function seconds(text) {
  const parts = text.trim().replace(",", ".").split(":").map(Number);
  return parts.some(Number.isNaN) || !text.trim() ? NaN : parts.reduce((sum, part) => sum * 60 + part, 0);
}

function clock(time) {
  const [minutes, rest] = [Math.floor(time / 60), (time % 60).toFixed(3).padStart(6, "0")];
  const hours = Math.floor(minutes / 60);
  return hours ? `${hours}:${String(minutes % 60).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

function timesOf(row) {
  const read = (name) => row.querySelector(`[name=${name}]`)?.value ?? row.querySelector(`[data-${name}]`)?.dataset[name] ?? "";
  return [seconds(read("start")), seconds(read("end"))];
}

// One track of our own shows the draft; the kept captions would say the same twice.
const tracks = new WeakMap();
function preview() {
  const playing = video();
  if (!playing || !form()) return;
  if (!tracks.has(playing)) tracks.set(playing, playing.addTextTrack("captions", "Draft", ""));
  const track = tracks.get(playing);
  for (const other of playing.textTracks) other.mode = other === track ? "showing" : "disabled";
  for (const cue of [...(track.cues ?? [])]) track.removeCue(cue);
  for (const row of form().querySelectorAll("[data-cue]")) {
    const [start, end] = timesOf(row);
    if (start < end) track.addCue(new VTTCue(start, end, row.querySelector("textarea").value.replaceAll("&", "&amp;").replaceAll("<", "&lt;")));
  }
}

let soon;
document.addEventListener("input", (event) => {
  if (!event.target.closest("[data-cues]")) return;
  clearTimeout(soon);
  soon = setTimeout(preview, 200);
});
document.body.addEventListener("htmx:afterSwap", preview);
preview();

document.addEventListener(
  "timeupdate",
  (event) => {
    if (event.target !== video() || !form()) return;
    for (const row of form().querySelectorAll("[data-cue]")) {
      const [start, end] = timesOf(row);
      const now = event.target.currentTime >= start && event.target.currentTime < end;
      if (now === row.hasAttribute("aria-current")) continue;
      if (now) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
      if (now && !form().contains(document.activeElement)) row.scrollIntoView({ block: "nearest" });
    }
  },
  true,
);

function play(row) {
  const [start] = timesOf(row);
  const playing = video();
  if (!playing || Number.isNaN(start)) return;
  playing.currentTime = start;
  playing.play().catch(() => undefined);
}

document.addEventListener("click", (event) => {
  const number = event.target.closest("[data-play-cue]");
  if (!number) return;
  event.preventDefault();
  const row = number.closest("[data-cue]");
  row.querySelector("textarea").focus({ preventScroll: true });
  play(row);
});

// Where the cursor stands, for a split by the button too.
document.addEventListener("selectionchange", () => {
  const field = document.activeElement;
  if (!field?.matches?.("[data-cues] textarea")) return;
  const place = [...form().querySelectorAll("[data-cue]")].indexOf(field.closest("[data-cue]"));
  form().elements.caret.value = `${place}:${field.selectionStart}`;
});

function setTime(row, name) {
  const field = row.querySelector(`[name=${name}]`);
  if (!field || !video()) return;
  field.value = clock(video().currentTime);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function next(row, step) {
  const rows = [...form().querySelectorAll("[data-cue]")];
  rows[rows.indexOf(row) + step]?.querySelector("textarea").focus();
}

document.addEventListener("keydown", (event) => {
  if (!event.target.closest("[data-cues]")) return;
  if ((event.ctrlKey || event.metaKey) && event.key === "s") {
    event.preventDefault();
    form().querySelector("[data-save]")?.click();
    return;
  }
  const row = event.target.closest("[data-cue]");
  if (!row || event.isComposing) return;
  const does = {
    Enter: event.target.matches("textarea") && !event.shiftKey && !event.altKey && (event.ctrlKey || event.metaKey ? () => row.querySelector("[data-split]")?.click() : () => next(row, 1)),
    ArrowUp: event.altKey && (() => next(row, -1)),
    ArrowDown: event.altKey && (() => next(row, 1)),
    j: event.altKey && (() => row.querySelector("[data-join]")?.click()),
    p: event.altKey && (() => play(row)),
    ",": event.altKey && (() => setTime(row, "start")),
    ".": event.altKey && (() => setTime(row, "end")),
  }[event.key];
  if (!does) return;
  event.preventDefault();
  does();
});
