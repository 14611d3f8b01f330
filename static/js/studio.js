// Entry of every page. Pages that need more load their own module beside it.
import "./shell.js";
import "./forms.js";
import "./menus.js";
import "./dialogs.js";
import "./toasts.js";
import "./lists.js";
import "./times.js";
import "./palette.js";
import "./swaps.js";
import { connect } from "./team-socket.js";

document.documentElement.dataset.script = "on"; // for styles that wait until controls are alive
if (document.body.dataset.team) connect(document.body.dataset.team);
if ("serviceWorker" in navigator) navigator.serviceWorker.register("/service-worker.js").catch(() => undefined);
