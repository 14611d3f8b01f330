"""Words as masks: the right face for the script, shaped and in the right direction."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont, features

from apps.media.fonts import SCRIPTS, FontMissing, face_for, font_file, script_of
from apps.media.graphics.colour import Bytes

_SHAPED = frozenset({"arabic", "devanagari", "thai"})
_CASED = frozenset({"latin", "cyrillic", "greek"})


def can_letter(text: str) -> bool:
    """True where there is a face for the text's script, and what it takes to shape it."""
    script = script_of(text)
    return (
        script in SCRIPTS
        and any(char.isalnum() for char in text)
        and (script not in _SHAPED or bool(features.check("raqm")))
    )


def display_case(text: str) -> str:
    """The text as large letters show it: capitals where the script has them."""
    return text.upper() if script_of(text) in _CASED else text


@lru_cache(maxsize=32)
def _font(path: Path, pixels: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(path), pixels)


def font_for(text: str, pixels: int, preferred: str = "") -> ImageFont.FreeTypeFont:
    """The font for a text, `pixels` high. Raises FontMissing where no face draws its script."""
    return _font(font_file(face_for(script_of(text), preferred).name), max(4, pixels))


def letters(text: str, pixels: int, preferred: str = "", outline: float = 0.0) -> Bytes:
    """The text as a mask (rows, columns) with even sides, cut to its ink; only the outline where `outline` pixels > 0.

    Raises FontMissing where no face draws its script.
    """
    font = font_for(text, pixels, preferred)
    stroke = max(0, round(outline))
    left, top, right, bottom = (int(value) for value in font.getbbox(text, stroke_width=stroke))
    width, height = max(2, right - left), max(2, bottom - top)
    size = (width + width % 2, height + height % 2)
    masks = []
    for wide in (stroke, 0) if stroke else (0,):
        image = Image.new("L", size, 0)
        ImageDraw.Draw(image).text((-left, -top), text, fill=255, font=font, stroke_width=wide)
        masks.append(np.asarray(image))
    return cv2.subtract(masks[0], masks[1]) if stroke else np.array(masks[0])


def fitting_pixels(text: str, width: float, height: float, preferred: str = "") -> int:
    """The largest font size at which the text's ink fits `width` × `height` pixels."""
    probe = 200
    left, top, right, bottom = font_for(text, probe, preferred).getbbox(text)
    return max(4, int(probe * min(width / max(1, right - left), height / max(1, bottom - top))))


def drawable(words: Sequence[str]) -> tuple[str, ...]:
    """The words that can be drawn, as large letters show them; none where the fonts are missing."""
    kept = []
    for word in words:
        clean = "".join(char for char in word if char.isprintable()).strip()
        if can_letter(clean):
            try:
                font_for(clean, 20)
            except FontMissing:
                continue
            kept.append(display_case(clean))
    return tuple(kept)
