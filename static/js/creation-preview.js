// The moving picture of a template (preview.css): exchanging its look at once, its words, and pausing it.
//
//   const preview = new Preview(element)      element: the .preview with data-preview
//   preview.show({ format, palette, captions, at, transition, titled })
//   preview.say("words of the person's own text", "title")
const PREFIXES = { format: "aspect", palette: "palette", captions: "captions", at: "at", transition: "transition" };
const MOST_WORDS = 5;

export class Preview {
  constructor(element) {
    this.element = element;
    this.words = element.querySelector("[data-preview-words]");
    this.title = element.querySelector("[data-preview-title]");
    this.sample = { words: this.words.textContent.trim(), title: this.title.textContent };
  }

  show(look) {
    for (const [name, value] of Object.entries(look)) {
      if (name === "titled") this.element.classList.toggle("titled", Boolean(value));
      else if (value) this.#exchange(PREFIXES[name], value);
    }
  }

  #exchange(prefix, value) {
    const wanted = `${prefix}-${value}`;
    if (this.element.classList.contains(wanted)) return;
    for (const name of [...this.element.classList]) if (name.startsWith(`${prefix}-`)) this.element.classList.remove(name);
    this.element.classList.add(wanted);
  }

  say(text, title = "") {
    const words = (text.trim() || this.sample.words).split(/\s+/).slice(0, MOST_WORDS).map((word) => word.slice(0, 14));
    const key = words.join(" ");
    if (key !== this.said) {
      this.said = key;
      this.words.dir = "auto";
      this.words.replaceChildren(...words.flatMap((word) => [spanOf(word), " "]));
    }
    this.title.textContent = title || this.sample.title;
  }
}

function spanOf(word) {
  const span = document.createElement("span");
  span.textContent = word;
  return span;
}

// <button data-preview-pause>: stands still all previews that move by themselves.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-preview-pause]");
  if (!button) return;
  const paused = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", String(paused));
  for (const preview of document.querySelectorAll("[data-preview]")) preview.classList.toggle("paused", paused);
  const use = button.querySelector("use");
  use.setAttribute("href", use.getAttribute("href").replace(/#.*/, paused ? "#play" : "#pause"));
});
