"""The small moving picture that shows what a template looks like, drawn by style sheets alone."""

from dataclasses import dataclass

from apps.creation import choices
from apps.creation.template_spec import TemplateSpec

SAMPLE = "Nobody tells you this first"


@dataclass(frozen=True)
class Preview:
    """A look as the classes of `creation.css` know it. `format` is a picture format such as 9x16."""

    format: str
    palette: str
    style: str
    position: str
    transition: str
    burnt_in: bool = True
    titled: bool = False
    title: str = ""

    @property
    def classes(self) -> str:
        shown = f"captions-{self.style}" if self.burnt_in else "captions-none"
        parts = [f"aspect-{self.format}", f"palette-{self.palette}", shown, f"at-{self.position}"]
        parts.append(f"transition-{self.transition}")
        return " ".join([*parts, "titled"] if self.titled else parts)

    @property
    def label(self) -> str:
        """What it shows, for who does not see it."""
        words = [
            choices.words_of(choices.FORMATS, self.format),
            choices.words_of(choices.PALETTE_NAMES, self.palette),
            choices.words_of(choices.CAPTION_STYLES, self.style) + " captions"
            if self.burnt_in
            else "no captions",
            choices.words_of(choices.TRANSITIONS, self.transition).lower(),
        ]
        return ", ".join(words)

    @property
    def words(self) -> list[str]:
        return SAMPLE.split()


def preview_of(spec: TemplateSpec, *, format_name: str = "", palette: str = "", title: str = "") -> Preview:
    """How videos of this template look, in its first format where no other is named."""
    return Preview(
        format=format_name or spec.look.formats[0].value,
        palette=palette or spec.look.palette,
        style=spec.captions.style.value,
        position=spec.captions.position.value,
        transition=spec.look.transition.value,
        burnt_in=spec.captions.burnt_in,
        titled=spec.captions.hook_overlay,
        title=title,
    )
