// Preferences say that they were saved; a browser is connected to its push service.
const WORKER_WAIT_MS = 8_000;
const table = document.querySelector("[data-wishes]");
document.body.addEventListener("saved", () => {
  const words = table?.querySelector("[data-wishes-state]");
  if (words) words.textContent = words.dataset.saved;
});

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-push]");
  if (!form || form.elements.subscription.value) return;
  event.preventDefault();
  const says = form.querySelector("[data-push-says]");
  if (!("PushManager" in window)) return (says.textContent = form.dataset.missing);
  if ((await Notification.requestPermission()) !== "granted") return (says.textContent = form.dataset.denied);
  try {
    const worker = await Promise.race([navigator.serviceWorker.ready, late()]);
    const known = await worker.pushManager.getSubscription();
    const found = known ?? (await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: form.dataset.push }));
    form.elements.subscription.value = JSON.stringify(found);
    form.elements.label.value = name(navigator.userAgent);
    form.requestSubmit();
  } catch {
    says.textContent = form.dataset.failed;
  }
});

// A service worker that was never installed would be waited for without end.
function late() {
  return new Promise((_, refuse) => setTimeout(() => refuse(new Error("no service worker")), WORKER_WAIT_MS));
}

// "Firefox on Linux": enough to tell one's own browsers apart.
export function name(agent) {
  const browser = [["Edg/", "Edge"], ["OPR/", "Opera"], ["Firefox/", "Firefox"], ["Chrome/", "Chrome"], ["Safari/", "Safari"]].find(([sign]) => agent.includes(sign));
  const system = [["Android", "Android"], ["iPhone", "iPhone"], ["iPad", "iPad"], ["Windows", "Windows"], ["Mac OS", "macOS"], ["Linux", "Linux"]].find(([sign]) => agent.includes(sign));
  return [browser?.[1] ?? "Browser", system?.[1]].filter(Boolean).join(" on ");
}
