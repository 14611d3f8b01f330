// Keeps <time data-relative> true while the page stays open.
const language = document.documentElement.lang || "en";
const words = new Intl.RelativeTimeFormat(language, { style: "short", numeric: "always" });
const TICK_MS = 30_000;

export function relative(moment, now = Date.now()) {
  const seconds = (moment - now) / 1000;
  const size = Math.abs(seconds);
  if (size < 45) return null;
  const [value, unit] =
    size < 2700 ? [seconds / 60, "minute"] : size < 79_200 ? [seconds / 3600, "hour"] : [seconds / 86_400, "day"];
  const whole = Math.sign(value) * Math.max(1, Math.round(Math.abs(value)));
  return words.format(whole, unit).replace(/(min|hr)\./, "$1").replace("hr", "h");
}

function update() {
  for (const element of document.querySelectorAll("time[data-relative]")) {
    const moment = Date.parse(element.dateTime);
    if (Math.abs(Date.now() - moment) > 7 * 86_400_000) continue;
    const text = relative(moment);
    if (text && element.textContent !== text) element.textContent = text;
  }
}

setInterval(update, TICK_MS);
addEventListener("pageshow", (event) => event.persisted && update());
document.addEventListener("visibilitychange", () => document.hidden || update());
