// The player of a video's page: steps by frames, speeds, captions, chapters, a waveform and pictures on its timeline.
// The parts are in the page already; where scripts do not run, the browser's own controls stay.
const STEP_S = 5;
const LEAP_S = 10;
const SPEEDS = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2];
const NEAR_PX = 6;
const KEEP = "showrunner-player";

class Player {
  constructor(root) {
    this.root = root;
    this.video = root.querySelector("video");
    this.bar = root.querySelector("[data-watch-bar]");
    this.position = this.find("[data-position]");
    this.fps = Number(root.dataset.fps) || 30;
    this.peaks = [];
    this.tiles = [];
    this.marks = readChapters();
    this.comments = readComments();
    this.video.controls = false;
    this.listen();
    this.showCaptions("");
    this.restore();
    this.fetchTimeline();
    this.draw();
  }

  find(selector) {
    return this.bar.querySelector(selector);
  }

  get length() {
    return Number.isFinite(this.video.duration) ? this.video.duration : 0;
  }

  listen() {
    const { video } = this;
    for (const name of ["timeupdate", "seeked", "loadedmetadata", "durationchange"]) video.addEventListener(name, () => this.draw());
    for (const name of ["play", "pause", "ended"]) video.addEventListener(name, () => this.showPlaying());
    video.addEventListener("volumechange", () => this.showVolume());
    video.addEventListener("ratechange", () => (this.find("[data-speed]").value = String(video.playbackRate)));
    video.addEventListener("click", () => this.toggle());
    video.addEventListener("loadedmetadata", () => this.placeMarks());
    this.bar.addEventListener("click", (event) => this[event.target.closest("[data-do]")?.dataset.do]?.());
    this.position.addEventListener("input", () => this.seek(Number(this.position.value) * this.length));
    this.position.addEventListener("keydown", (event) => this.keyOnTimeline(event));
    this.find("[data-volume]").addEventListener("input", (event) => Object.assign(video, { volume: Number(event.target.value), muted: false }));
    this.find("[data-speed]").addEventListener("change", (event) => this.setSpeed(Number(event.target.value)));
    this.find("[data-captions]")?.addEventListener("change", (event) => this.showCaptions(event.target.value));
    const timeline = this.find("[data-timeline]");
    timeline.addEventListener("pointermove", (event) => this.hint(event));
    timeline.addEventListener("pointerleave", () => (this.find("[data-hint]").hidden = true));
    new ResizeObserver(() => this.draw()).observe(timeline);
    if (video.readyState) this.placeMarks();
  }

  // What a press on a button or a key does.
  toggle() {
    if (this.video.paused) this.video.play().catch(() => undefined);
    else this.video.pause();
  }

  back() {
    this.stepFrames(-1);
  }

  forward() {
    this.stepFrames(1);
  }

  // To the middle of the frame, so that rounding never shows the one beside it.
  stepFrames(count) {
    this.video.pause();
    const now = Math.floor(this.video.currentTime * this.fps + 0.001);
    const last = Math.max(0, Math.ceil(this.length * this.fps) - 1);
    this.video.currentTime = (Math.min(last, Math.max(0, now + count)) + 0.5) / this.fps;
  }

  mute() {
    this.video.muted = !this.video.muted;
  }

  full() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.root.requestFullscreen?.().catch(() => undefined);
  }

  seek(seconds) {
    this.video.currentTime = Math.min(this.length, Math.max(0, seconds));
  }

  setSpeed(speed) {
    this.video.playbackRate = speed;
    this.keep({ speed });
  }

  nextSpeed(step) {
    const here = SPEEDS.indexOf(this.video.playbackRate);
    this.setSpeed(SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, (here < 0 ? 3 : here) + step))]);
  }

  // The range's own steps would be a thousandth of an hour or of a second: here they are seconds.
  keyOnTimeline(event) {
    const steps = { ArrowLeft: -STEP_S, ArrowDown: -STEP_S, ArrowRight: STEP_S, ArrowUp: STEP_S, PageDown: -6 * STEP_S, PageUp: 6 * STEP_S };
    if (!(event.key in steps) || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    this.seek(this.video.currentTime + steps[event.key]);
  }

  key(event) {
    const does = {
      k: () => this.toggle(),
      " ": () => this.toggle(),
      ",": () => this.back(),
      ".": () => this.forward(),
      "<": () => this.nextSpeed(-1),
      ">": () => this.nextSpeed(1),
      ArrowLeft: () => this.seek(this.video.currentTime - STEP_S),
      ArrowRight: () => this.seek(this.video.currentTime + STEP_S),
      j: () => this.seek(this.video.currentTime - LEAP_S),
      l: () => this.seek(this.video.currentTime + LEAP_S),
      c: () => this.turnCaptions(),
      m: () => this.mute(),
      f: () => this.full(),
      Home: () => this.seek(0),
      End: () => this.seek(this.length),
    }[event.key];
    if (does) does();
    else if (/^[0-9]$/.test(event.key)) this.seek((Number(event.key) / 10) * this.length);
    else return;
    event.preventDefault();
  }

  // Captions.
  showCaptions(language) {
    for (const track of this.video.textTracks) track.mode = track.language === language ? "showing" : "disabled";
    const select = this.find("[data-captions]");
    if (select) select.value = language;
    this.keep({ captions: language });
  }

  turnCaptions() {
    const [first] = this.video.textTracks;
    if (first) this.showCaptions(this.find("[data-captions]").value ? "" : first.language);
  }

  // What was chosen stays from one video to the next, in this browser.
  keep(choice) {
    if (!this.restored) return;
    localStorage.setItem(KEEP, JSON.stringify({ ...kept(), ...choice }));
  }

  restore() {
    const { speed, captions } = kept();
    if (SPEEDS.includes(speed)) this.video.playbackRate = speed;
    if (captions && [...this.video.textTracks].some((track) => track.language === captions)) this.showCaptions(captions);
    this.restored = true;
    this.showPlaying();
  }

  // The timeline.
  async fetchTimeline() {
    const { waveform, spriteTimes } = this.root.dataset;
    const [peaks, times] = await Promise.all([read(waveform), read(spriteTimes)]);
    if (peaks) {
      const { peaks: found } = JSON.parse(peaks);
      const most = Math.max(1, ...found);
      this.peaks = found.map((peak) => peak / most);
      this.find("[data-peaks]").dataset.points = String(found.length);
    }
    if (times) this.tiles = readTiles(times);
    this.draw();
  }

  placeMarks() {
    const place = this.find("[data-marks]");
    place.replaceChildren();
    for (const { at } of this.marks.filter(({ at }) => at > 0 && at < this.length)) {
      const mark = document.createElement("span");
      mark.style.insetInlineStart = `${(at / this.length) * 100}%`;
      place.append(mark);
    }
    for (const { at } of this.comments.filter(({ at }) => at <= this.length)) {
      const mark = document.createElement("span");
      mark.className = "said";
      mark.style.insetInlineStart = `${(at / this.length) * 100}%`;
      place.append(mark);
    }
  }

  // What was said meanwhile, and what was settled.
  readAgain() {
    this.comments = readComments();
    if (this.length) this.placeMarks();
  }

  // The words at the mark under the pointer, else the chapter.
  wordsAt(seconds, within) {
    const near = this.comments.filter(({ at }) => Math.abs(at - seconds) <= within);
    return near.length ? near.map(({ words }) => words).join(" · ") : this.chapterAt(seconds);
  }

  chapterAt(seconds) {
    return this.marks.findLast(({ at }) => at <= seconds + 0.05)?.title ?? "";
  }

  hint(event) {
    if (!this.length) return;
    const timeline = this.find("[data-timeline]");
    const box = timeline.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    const seconds = share * this.length;
    const hint = this.find("[data-hint]");
    this.find("[data-hint-time]").textContent = clock(seconds);
    this.find("[data-hint-chapter]").textContent = this.wordsAt(seconds, (NEAR_PX / box.width) * this.length);
    this.showTile(this.tiles.findLast(({ start }) => start <= seconds));
    hint.hidden = false;
    const left = share * box.width - hint.offsetWidth / 2;
    hint.style.left = `${Math.min(box.width - hint.offsetWidth, Math.max(0, left))}px`;
  }

  showTile(tile) {
    const { style } = this.find("[data-hint-picture]");
    if (!tile) return;
    style.inlineSize = `${tile.width}px`;
    style.blockSize = `${tile.height}px`;
    style.backgroundImage = `url("${this.root.dataset.sprite}")`;
    style.backgroundPosition = `-${tile.left}px -${tile.top}px`;
  }

  draw() {
    const { currentTime } = this.video;
    const share = this.length ? currentTime / this.length : 0;
    this.position.value = String(share);
    const words = `${clock(currentTime)} / ${clock(this.length)}`;
    this.position.setAttribute("aria-valuetext", words);
    this.find("[data-clock]").textContent = words;
    this.find("[data-chapter]").textContent = this.chapterAt(currentTime);
    drawPeaks(this.find("[data-peaks]"), this.peaks, share);
    if (!this.video.paused) this.again ??= requestAnimationFrame(() => ((this.again = undefined), this.draw()));
  }

  showPlaying() {
    const paused = this.video.paused;
    const button = this.find("[data-do=toggle]");
    button.setAttribute("aria-label", paused ? button.dataset.play : button.dataset.pause);
    this.find("[data-when-paused]").hidden = !paused;
    this.find("[data-when-playing]").hidden = paused;
    this.draw();
  }

  showVolume() {
    this.find("[data-volume]").value = this.video.muted ? "0" : String(this.video.volume);
    this.find("[data-do=mute]").setAttribute("aria-pressed", String(this.video.muted));
  }
}

function drawPeaks(canvas, peaks, share) {
  const ratio = devicePixelRatio || 1;
  const width = Math.round(canvas.clientWidth * ratio);
  const height = Math.round(canvas.clientHeight * ratio);
  if (!width || !height) return;
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const pen = canvas.getContext("2d");
  const colours = getComputedStyle(canvas);
  const [played, ahead] = ["--accent", "--control-line"].map((name) => resolved(canvas, colours.getPropertyValue(name)));
  pen.clearRect(0, 0, width, height);
  const step = 3 * ratio;
  const shown = Math.floor(width / step);
  for (let number = 0; number < shown; number += 1) {
    const peak = peaks.length ? loudest(peaks, number / shown, (number + 1) / shown) : 0;
    const tall = Math.max(2 * ratio, peak * (height - 8 * ratio));
    pen.fillStyle = number / shown < share ? played : ahead;
    pen.fillRect(number * step, (height - tall) / 2, step - ratio, tall);
  }
  pen.fillStyle = played;
  pen.fillRect(Math.min(width - 2 * ratio, share * width), 0, 2 * ratio, height);
}

// A canvas does not know light-dark(): the browser works it out for an element's own colour.
const known = new Map();
function resolved(canvas, colour) {
  const scheme = getComputedStyle(canvas).colorScheme + matchMedia("(prefers-color-scheme: dark)").matches;
  const key = `${colour} ${scheme} ${document.documentElement.dataset.theme}`;
  if (!known.has(key)) {
    canvas.style.color = colour;
    known.set(key, getComputedStyle(canvas).color);
    canvas.style.color = "";
  }
  return known.get(key);
}

function loudest(peaks, from, to) {
  const first = Math.floor(from * peaks.length);
  return Math.max(...peaks.slice(first, Math.max(first + 1, Math.ceil(to * peaks.length))));
}

function readChapters() {
  const buttons = document.querySelectorAll("[data-chapters] [data-seek]");
  return [...buttons].map((button) => ({ at: Number(button.dataset.seek), title: button.lastElementChild.textContent }));
}

function readComments() {
  const buttons = document.querySelectorAll("[data-comments] > li:not(.resolved) [data-seek]");
  return [...buttons].map((button) => ({ at: Number(button.dataset.seek), words: button.closest("li").querySelector("[data-words]").textContent.trim() }));
}

// The cues of a WebVTT file whose texts are parts of a sheet: …#xywh=left,top,width,height.
function readTiles(text) {
  const cue = /(\d+):(\d+):(\d+\.\d+) --> [^\n]*\n[^\n]*#xywh=(\d+),(\d+),(\d+),(\d+)/g;
  return [...text.matchAll(cue)].map(([, hours, minutes, seconds, left, top, width, height]) => ({
    start: Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds),
    left,
    top,
    width,
    height,
  }));
}

async function read(address) {
  if (!address) return "";
  const answer = await fetch(address).catch(() => undefined);
  return answer?.ok ? answer.text() : "";
}

function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEEP)) ?? {};
  } catch {
    return {};
  }
}

function clock(seconds) {
  const whole = Math.floor(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, String(whole % 60).padStart(2, "0")];
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

const players = new WeakMap();
function begin() {
  for (const root of document.querySelectorAll("[data-watch]")) {
    if (players.has(root)) players.get(root).readAgain();
    else players.set(root, new Player(root));
  }
}
document.body.addEventListener("htmx:afterSwap", begin);
begin();

// Keys work on the whole page, unless they are meant for what has the focus.
document.addEventListener("keydown", (event) => {
  const root = document.querySelector("[data-watch]");
  const player = root && players.get(root);
  if (!player || event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.closest("textarea, select, [contenteditable], dialog[open], [role=menu], input:not([type=range])")) return;
  if (!root.contains(event.target) && (event.target.closest("a, button, summary, [tabindex]") || event.key.length > 1)) return;
  if (event.key === " " && event.target.closest("button")) return;
  if (event.target.matches("[data-volume]") && event.key.startsWith("Arrow")) return;
  player.key(event);
});
