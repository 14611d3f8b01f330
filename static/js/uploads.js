// Videos are sent by tus: in pieces, several files one after the other, each to be paused, gone on with and cancelled.
// What is known of an unfinished one lies in localStorage, so that the same file goes on after a closed tab.
const AT_ONCE = 2;
const WAITS_MS = [0, 1000, 3000, 5000, 10000, 20000, 30000, 60000, 60000, 60000];
const SPEED_OVER_MS = 8000;

const root = document.querySelector("[data-uploads]");
const form = root.querySelector("[data-upload-form]");
const input = form.querySelector("input[type=file]");
const section = root.querySelector("[data-sending]");
const list = root.querySelector("[data-sending-list]");
const status = root.querySelector("[data-sending-status]");
const words = root.querySelector(":scope > [data-words]").dataset;
const blank = root.querySelector("[data-sending-row]");
const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
const files = new Set();

class SentFile {
  constructor(file) {
    this.file = file;
    this.state = "waiting";
    this.seen = []; // [time, bytes] of the last seconds
    this.row = blank.content.firstElementChild.cloneNode(true);
    this.find("[data-name]").textContent = file.name;
    this.find("progress").setAttribute("aria-label", file.name);
    for (const name of ["pause", "resume", "cancel"]) {
      const button = this.find(`[data-${name}]`);
      button.addEventListener("click", () => this[name]());
      button.setAttribute("aria-label", `${button.textContent.trim()}: ${file.name}`);
    }
    list.append(this.row);
    this.upload = new window.tus.Upload(file, this.options());
    this.say(words.waiting);
  }

  find(selector) {
    return this.row.querySelector(selector);
  }

  options() {
    const rights = Object.fromEntries(["licence", "credit", "receipt"].map((name) => [name, form.elements[name].value]));
    return {
      endpoint: root.dataset.endpoint,
      chunkSize: Number(root.dataset.pieceBytes),
      retryDelays: WAITS_MS,
      removeFingerprintOnSuccess: true,
      headers: { "X-CSRFToken": token },
      metadata: { filename: this.file.name, filetype: this.file.type, ...rights },
      onProgress: (sent, all) => this.progress(sent, all),
      onShouldRetry: (error) => this.mayTryAgain(error),
      onUploadUrlAvailable: () => hideKnown(),
      onError: (error) => this.fail(error),
      onSuccess: () => this.done(),
    };
  }

  async begin() {
    this.state = "sending";
    this.show();
    const before = await this.upload.findPreviousUploads();
    if (this.state !== "sending") return;
    if (before.length) {
      this.upload.resumeFromPreviousUpload(before[0]);
      this.say(words.found);
    }
    this.upload.start();
  }

  progress(sent, all) {
    const now = performance.now();
    this.seen.push([now, sent]);
    while (this.seen[0][0] < now - SPEED_OVER_MS) this.seen.shift();
    this.find("progress").value = all ? sent / all : 0;
    const [since, first] = this.seen[0];
    const speed = now - since > 500 ? ((sent - first) / (now - since)) * 1000 : 0;
    const parts = [`${bytes(sent)} ${words.sent} ${bytes(all)}`];
    if (speed > 0) parts.push(`${bytes(speed)}/s`, `${span((all - sent) / speed)} ${words.left}`);
    this.say(parts.join(" · "));
  }

  mayTryAgain(error) {
    const answer = error.originalResponse?.getStatus() ?? 0;
    this.seen = [];
    if (!answer || answer >= 500) this.say(words.lost);
    return !answer || answer === 409 || answer === 423 || answer >= 500;
  }

  pause() {
    this.state = "paused";
    this.upload.abort();
    this.seen = [];
    this.say(words.paused);
    this.show();
    next();
  }

  resume() {
    this.state = "waiting";
    this.complain("");
    this.say(words.waiting);
    this.show();
    next();
  }

  async cancel() {
    const { url } = this.upload;
    this.state = "cancelled";
    this.leave();
    await this.upload.abort(true).catch(() => url && this.forget(url));
  }

  // The server may be away: then the upload expires there by itself.
  forget(url) {
    return fetch(url, { method: "DELETE", headers: { "X-CSRFToken": token, "Tus-Resumable": "1.0.0" } }).catch(() => undefined);
  }

  fail(error) {
    this.state = "failed";
    const answer = error.originalResponse;
    const refused = answer && answer.getStatus() >= 400 && answer.getStatus() < 500;
    const signedOut = answer && !refused && answer.getStatus() < 400;
    const sentence = refused && answer.getHeader("Content-Type")?.startsWith("text/plain") ? answer.getBody() : "";
    this.complain(sentence || (signedOut ? words.signedOut : words.failed));
    this.say("");
    this.show();
    next();
  }

  done() {
    this.state = "done";
    status.textContent = `${this.file.name}: ${words.done}`;
    this.leave();
  }

  leave() {
    this.row.remove();
    files.delete(this);
    hideKnown();
    next();
  }

  say(text) {
    this.find("[data-words]").textContent = text;
  }

  complain(text) {
    const place = this.find("[data-error]");
    place.textContent = text;
    place.hidden = !text;
  }

  show() {
    const going = this.state === "sending" || this.state === "waiting";
    this.find("[data-pause]").hidden = !going;
    this.find("[data-resume]").hidden = going;
  }

  get going() {
    return this.state === "sending";
  }
}

function next() {
  const all = [...files];
  const free = AT_ONCE - all.filter((file) => file.going).length;
  for (const file of all.filter((one) => one.state === "waiting").slice(0, Math.max(0, free))) file.begin();
  section.hidden = all.length === 0;
  root.querySelector("[data-sending-count]").textContent = all.length || "";
  if (!all.length) window.htmx.trigger(document.body, "upload-changed");
}

function take(chosen) {
  for (const file of chosen) {
    const same = [...files].some(({ file: { name, size, lastModified } }) => name === file.name && size === file.size && lastModified === file.lastModified);
    if (same) continue;
    const sent = new SentFile(file);
    files.add(sent);
    const wrong = file.size === 0 ? words.empty : file.size > Number(root.dataset.largestBytes) ? words.tooLarge : "";
    if (wrong) {
      sent.state = "refused";
      sent.say("");
      sent.complain(wrong);
      sent.find("[data-pause]").hidden = true;
    }
  }
  next();
}

// What this window sends has its own row above.
function hideKnown() {
  const here = new Set([...files].map((file) => file.upload.url?.match(/([0-9a-f-]{36})\/$/)?.[1]));
  for (const row of root.querySelectorAll("[data-upload]")) row.hidden = here.has(row.dataset.upload);
}
document.body.addEventListener("htmx:afterSwap", hideKnown);

input.addEventListener("change", () => {
  take([...input.files]);
  input.value = "";
  form.querySelector("[data-dropzone-files]").textContent = "";
});
form.addEventListener("submit", (event) => event.preventDefault());

// A file may be dropped anywhere on the page.
for (const [name, over] of [["dragover", true], ["dragleave", false], ["drop", false]]) {
  document.addEventListener(name, (event) => {
    if (![...(event.dataTransfer?.types ?? [])].includes("Files")) return;
    event.preventDefault();
    root.classList.toggle("over", over);
    if (name === "drop") take([...event.dataTransfer.files]);
  });
}

addEventListener("online", () => {
  for (const file of files) if (file.state === "failed") file.resume();
});
addEventListener("beforeunload", (event) => {
  if ([...files].some((file) => file.going)) event.preventDefault();
});

// As the server writes sizes, so that one file has one size on the page.
function bytes(count) {
  const units = ["bytes", "KB", "MB", "GB", "TB"];
  let unit = 0;
  while (count >= 1024 && unit < units.length - 1) {
    count /= 1024;
    unit += 1;
  }
  return `${count.toLocaleString(document.documentElement.lang, { minimumFractionDigits: unit ? 1 : 0, maximumFractionDigits: unit ? 1 : 0 })} ${units[unit]}`;
}

function span(seconds) {
  const whole = Math.max(1, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.round(whole / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
