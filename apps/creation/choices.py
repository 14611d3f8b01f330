"""What a person chooses from, in words: formats, captions, palettes, transitions, moods, layouts, languages."""

from apps.media.captions import CaptionPosition, CaptionStyle
from apps.media.formats import FormatName
from apps.media.graphics import PALETTES
from apps.media.music import MOODS
from apps.media.scenes import TransitionName
from apps.media.thumbnails import LAYOUTS

Choices = list[tuple[str, str]]

FORMATS: Choices = [
    (FormatName.VERTICAL.value, "9:16"),
    (FormatName.WIDE.value, "16:9"),
    (FormatName.SQUARE.value, "1:1"),
    (FormatName.PORTRAIT.value, "4:5"),
]
CAPTION_STYLES: Choices = [
    (CaptionStyle.POP.value, "Pop"),
    (CaptionStyle.KARAOKE.value, "Karaoke"),
    (CaptionStyle.BOLD_BOX.value, "Bold box"),
    (CaptionStyle.ONE_WORD.value, "One word"),
    (CaptionStyle.REVEAL.value, "Reveal"),
    (CaptionStyle.MINIMAL.value, "Minimal"),
]
POSITIONS: Choices = [
    (CaptionPosition.TOP.value, "Top"),
    (CaptionPosition.MIDDLE.value, "Middle"),
    (CaptionPosition.BOTTOM.value, "Bottom"),
]
TRANSITIONS: Choices = [
    (TransitionName.CUT.value, "Hard cut"),
    (TransitionName.FADE.value, "Fade"),
    (TransitionName.FADE_BLACK.value, "Fade through black"),
    (TransitionName.SLIDE_LEFT.value, "Slide left"),
    (TransitionName.SLIDE_UP.value, "Slide up"),
    (TransitionName.WIPE_LEFT.value, "Wipe"),
    (TransitionName.SMOOTH_LEFT.value, "Smooth glide"),
    (TransitionName.CIRCLE_OPEN.value, "Opening circle"),
    (TransitionName.ZOOM_IN.value, "Zoom in"),
]
PALETTE_NAMES: Choices = [(name, name.capitalize()) for name in PALETTES]
MOOD_NAMES: Choices = [(name, name.capitalize()) for name in MOODS]
LAYOUT_NAMES: Choices = [(name, name.replace("_", " ").capitalize()) for name in LAYOUTS]


def words_of(choices: Choices, value: str) -> str:
    """What a choice is called; its own name where it is not one of them."""
    return dict(choices).get(value, value.replace("_", " ").capitalize())
