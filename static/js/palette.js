// The command box (Ctrl-K): pages at once, videos and runs by name from the server.
const dialog = document.getElementById("palette");
const DELAY_MS = 140;

if (dialog) start();
if (/Mac|iPhone|iPad/.test(navigator.platform)) {
  for (const key of document.querySelectorAll("[data-palette-open] kbd")) key.textContent = "⌘ K";
}

function start() {
  const input = dialog.querySelector("input");
  const list = dialog.querySelector("[role=listbox]");
  const pages = [...dialog.querySelector("[data-palette-pages]").content.querySelectorAll("[role=option]")];
  const none = dialog.querySelector("[data-palette-none]").content;
  let timer = null;
  let fetching = null;

  function options() {
    return [...list.querySelectorAll("[role=option]")];
  }

  function select(option) {
    for (const other of options()) other.setAttribute("aria-selected", String(other === option));
    if (option) {
      input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  }

  function show(nodes) {
    list.replaceChildren(...nodes);
    options().forEach((option, index) => {
      option.id = `palette-option-${index}`;
      option.tabIndex = -1;
    });
    if (!options().length && input.value.trim()) list.append(none.cloneNode(true));
    select(options()[0]);
  }

  function matching(text) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    return pages
      .map((page) => ({ page, name: page.children[1].textContent.toLowerCase(), all: `${page.textContent} ${page.dataset.keywords}`.toLowerCase() }))
      .filter(({ all }) => words.every((word) => all.includes(word)))
      .sort((a, b) => Number(b.name.startsWith(words[0] ?? "")) - Number(a.name.startsWith(words[0] ?? "")))
      .map(({ page }) => page.cloneNode(true));
  }

  async function find() {
    const text = input.value.trim();
    fetching?.abort();
    show(matching(text));
    if (!text) return;
    fetching = new AbortController();
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const answer = await fetch(`${dialog.dataset.search}?q=${encodeURIComponent(text)}`, { signal: fetching.signal, headers: { "HX-Request": "true" } }).catch(() => null);
      if (!answer?.ok || input.value.trim() !== text) return;
      const found = document.createRange().createContextualFragment(await answer.text());
      show([...matching(text), ...found.querySelectorAll("[role=option]")]);
    }, DELAY_MS);
  }

  function open() {
    if (dialog.open) return;
    input.value = "";
    show(matching(""));
    dialog.showModal();
    input.focus();
  }

  input.addEventListener("input", find);
  input.addEventListener("keydown", (event) => {
    const all = options();
    const here = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && all.length) {
      event.preventDefault();
      select(all[(here + step + all.length) % all.length]);
    } else if (event.key === "Enter") {
      event.preventDefault();
      all[here]?.click();
    }
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open();
    }
  });
  document.addEventListener("click", (event) => event.target.closest("[data-palette-open]") && open());
}
