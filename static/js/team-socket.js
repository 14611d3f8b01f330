// One socket a page. It carries names and ids of what changed, never content: the page asks for its parts again.
//
//   {"type": "run.changed", "subject": "0192…", "seq": 123}
//     → DOM events on body: "run-changed" and "run-changed:0192…", detail {type, subject, seq}
//   {"type": "resync"} → "resync": too much was missed, ask for everything that is live
//
// Transient messages (progress) have no seq and are not repeated. After a lost connection the page sends
// {"after": last seq} and gets what it missed.
//
// Each event is fired at once, then at most once in REST_MS, and always once more after the last message: parts of the page
// need no throttle of their own, which would swallow the last one.
const FIRST_WAIT_MS = 800;
const LONGEST_WAIT_MS = 30_000;
const SHOW_LOST_AFTER = 2; // failed attempts before the page says so
const REST_MS = 1_050;
const PATIENCE_MS = 15_000; // how long the answer to a form may take
const STRANGER = 4404;
const SIGNED_OUT = 4401;

const heard = new Map(); // event → when it was last fired
const resting = new Map(); // event → the message that waits for its turn, or null

function fire(name, detail) {
  heard.set(name, performance.now());
  document.body.dispatchEvent(new CustomEvent(name, { detail }));
}

function announce(name, detail) {
  if (resting.has(name)) {
    resting.set(name, detail);
    return;
  }
  resting.set(name, null);
  fire(name, detail);
  setTimeout(() => {
    const next = resting.get(name);
    resting.delete(name);
    if (next) announce(name, next);
  }, REST_MS);
}

// Whether one of the events that an hx-trigger names was fired after this moment.
export function heardSince(trigger, moment) {
  return trigger.split(",").some((part) => (heard.get(part.trim().split(/\s+/)[0]) ?? -1) > moment);
}

export function waitMs(attempt, random = Math.random) {
  const full = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt);
  return full / 2 + (random() * full) / 2;
}

export function connect(team) {
  let attempt = 0;
  let last = null;
  let everReady = false;
  let leaving = false;
  let timer = null;
  let socket = null;

  function open() {
    clearTimeout(timer);
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    socket = new WebSocket(`${scheme}://${location.host}/ws/team/${team}/`);
    socket.addEventListener("message", (event) => receive(JSON.parse(event.data)));
    socket.addEventListener("close", (event) => closed(event.code));
  }

  function receive({ type, subject, seq }) {
    if (type === "ready") return ready();
    if (type === "resync") return fire("resync", {});
    if (seq) last = Math.max(last ?? 0, seq);
    const name = type.replaceAll(".", "-");
    const detail = { type, subject, seq };
    announce(name, detail);
    if (subject) announce(`${name}:${subject}`, detail);
  }

  function ready() {
    attempt = 0;
    document.documentElement.dataset.socket = "open";
    // What happened between the drawing of the page and this moment has no number yet: live parts ask once.
    if (everReady && last !== null) socket.send(JSON.stringify({ after: last }));
    else fire("resync", {});
    everReady = true;
  }

  function closed(code) {
    if (code === STRANGER || code === SIGNED_OUT) {
      timer = setTimeout(() => location.reload(), leaving ? PATIENCE_MS : 0);
      return;
    }
    if (++attempt >= SHOW_LOST_AFTER) document.documentElement.dataset.socket = "lost";
    timer = setTimeout(open, waitMs(attempt));
  }

  // A form that was just sent brings a page of its own; loading this one again would take its answer away.
  addEventListener("beforeunload", () => {
    leaving = true;
  });
  addEventListener("online", () => socket?.readyState === WebSocket.CLOSED && open());
  addEventListener("pagehide", () => {
    clearTimeout(timer);
    if (socket?.readyState === WebSocket.OPEN) socket.close(1000);
  });
  addEventListener("pageshow", (event) => event.persisted && open());
  open();
}
