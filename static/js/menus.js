// Menus are popovers: placed under their button, opened with the arrow keys, left with Escape or Tab.
const GAP = 4;
const EDGE = 8;

function items(panel) {
  return [...panel.querySelectorAll("[role^=menuitem]:not([disabled])")];
}

function place(panel, button) {
  const from = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = panel;
  const rightToLeft = document.documentElement.dir === "rtl";
  const toEnd = (panel.dataset.align === "end") !== rightToLeft;
  const x = toEnd ? from.right - width : from.left;
  const below = from.bottom + GAP;
  const y = below + height > innerHeight - EDGE && from.top - GAP - height > EDGE ? from.top - GAP - height : below;
  panel.style.setProperty("left", `${Math.max(EDGE, Math.min(x, innerWidth - width - EDGE))}px`);
  panel.style.setProperty("top", `${y}px`);
}

function buttonOf(panel) {
  return document.getElementById(`${panel.id}-button`);
}

// `toggle` comes a moment after the panel opened: a key that opens it does not wait for that, and the keys that follow
// find the focus where they belong.
function enter(panel, button, at = 0) {
  place(panel, button);
  if (!panel.contains(document.activeElement)) items(panel).at(at)?.focus();
}

document.addEventListener(
  "toggle",
  (event) => {
    const panel = event.target;
    if (!panel.classList?.contains("menu-panel")) return;
    const open = event.newState === "open";
    const button = buttonOf(panel);
    button?.setAttribute("aria-expanded", String(open));
    if (open && button) enter(panel, button);
  },
  true,
);

document.addEventListener("keydown", (event) => {
  const button = event.target.closest?.("[data-menu-button]");
  if (button && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    const panel = document.getElementById(button.getAttribute("popovertarget"));
    if (!panel.matches(":popover-open")) panel.showPopover();
    enter(panel, button, event.key === "ArrowUp" ? -1 : 0);
    return;
  }
  const panel = event.target.closest?.(".menu-panel");
  if (panel) moveIn(panel, event);
});

function moveIn(panel, event) {
  const list = items(panel);
  const here = list.indexOf(document.activeElement);
  const last = list.length - 1;
  const to = {
    ArrowDown: here === last ? 0 : here + 1,
    ArrowUp: here <= 0 ? last : here - 1,
    Home: 0,
    End: last,
  }[event.key];
  if (to !== undefined) {
    event.preventDefault();
    list[to]?.focus();
  } else if (event.key === "Tab") {
    panel.hidePopover();
    buttonOf(panel)?.focus();
  } else if (event.key.length === 1 && /\S/.test(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const letter = event.key.toLowerCase();
    const after = [...list.slice(here + 1), ...list.slice(0, here + 1)];
    after.find((item) => item.textContent.trim().toLowerCase().startsWith(letter))?.focus();
  }
}

document.addEventListener("click", (event) => {
  const item = event.target.closest(".menu-panel [role^=menuitem]");
  if (item) item.closest(".menu-panel").hidePopover();
});
addEventListener("resize", () => document.querySelector(".menu-panel:popover-open")?.hidePopover());
addEventListener("scroll", () => {
  const panel = document.querySelector(".menu-panel:popover-open");
  const button = panel && buttonOf(panel);
  if (button) place(panel, button);
}, { passive: true });
