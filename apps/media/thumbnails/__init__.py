"""Thumbnails: a title over a picture, always 1280 × 720 and under 2 MB, as every platform takes them."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageOps

from apps.media.captions.lettering import is_right_to_left
from apps.media.graphics import Palette, Recipe
from apps.media.thumbnails import layouts
from apps.media.thumbnails.backdrop import HEIGHT, WIDTH, Background, Canvas, backdrop, load
from apps.media.thumbnails.filters import TONES, Filters, filtered
from apps.media.thumbnails.layouts import BADGE, Cover

__all__ = [
    "BADGE",
    "HEIGHT",
    "LAYOUTS",
    "MOST_BYTES",
    "REVISION",
    "TONES",
    "WIDTH",
    "Background",
    "Filters",
    "filtered",
    "plain_thumbnail",
    "three_thumbnails",
    "thumbnail",
]

LAYOUTS = tuple(layouts.LAYOUTS)
"""Names of the layouts, in the order to show them."""

REVISION = 1
"""Raised whenever the same arguments would draw something else: belongs in the key of whatever is kept of them."""

MOST_BYTES = 2_000_000

_FAMILIES = ("rays", "bokeh", "silk")


def thumbnail(
    background: Background,
    title: str,
    palette: Palette,
    layout: str,
    *,
    brand_name: str | None = None,
    watermark: bytes | Path | None = None,
    language: str = "en",
) -> bytes:
    """A JPEG of exactly 1280 × 720 and less than 2 MB.

    `background` is a picture (bytes or file) or a recipe. The title is set as large as it fits; pictographs and letters
    that no font has are left out, and a very long title ends in an ellipsis. The lower right corner (`BADGE`) holds
    neither letters nor the watermark. Raises ValueError for an unknown layout, NotMedia for a picture that cannot be
    read, FontMissing where there are no fonts.
    """
    if layout not in layouts.LAYOUTS:
        raise ValueError(f"There is no thumbnail layout “{layout}”; there are {', '.join(LAYOUTS)}.")
    cover = Cover(backdrop(background), title, palette, language, brand_name)
    canvas = layouts.LAYOUTS[layout](cover)
    if watermark is not None:
        _mark(canvas, watermark, right=not is_right_to_left(title))
    return _jpeg(canvas)


def plain_thumbnail(background: bytes | Path) -> bytes:
    """A picture alone, as it is, as a JPEG of exactly 1280 × 720 and less than 2 MB. Raises NotMedia."""
    image = ImageOps.fit(
        load(background).convert("RGB"), (WIDTH, HEIGHT), Image.Resampling.LANCZOS, centering=(0.5, 0.35)
    )
    return _jpeg(np.asarray(image).astype(np.float32).transpose(2, 0, 1) / np.float32(255))


def three_thumbnails(
    backgrounds: Sequence[Background],
    title: str,
    palette: Palette,
    *,
    first_layout: str = LAYOUTS[0],
    brand_name: str | None = None,
    watermark: bytes | Path | None = None,
    language: str = "en",
) -> tuple[bytes, bytes, bytes]:
    """Three different thumbnails for one title: each in its own layout, over its own background if there are enough.

    Without any background, graphics in the palette's colours take their place. Raises as `thumbnail` does.
    """
    if first_layout not in LAYOUTS:
        raise ValueError(f"There is no thumbnail layout “{first_layout}”; there are {', '.join(LAYOUTS)}.")
    start = LAYOUTS.index(first_layout)
    given: Sequence[Background] = backgrounds or [
        Recipe(family, 7, palette, energy=0.5) for family in _FAMILIES
    ]
    first, second, third = (
        thumbnail(
            given[number % len(given)],
            title,
            palette,
            LAYOUTS[(start + number) % len(LAYOUTS)],
            brand_name=brand_name,
            watermark=watermark,
            language=language,
        )
        for number in range(3)
    )
    return first, second, third


def _mark(canvas: Canvas, watermark: bytes | Path, *, right: bool) -> None:
    """Put the watermark in the upper corner that the brand's name leaves free."""
    mark = load(watermark).convert("RGBA")
    mark.thumbnail((200, 96), Image.Resampling.LANCZOS)
    pixels = np.asarray(mark).astype(np.float32).transpose(2, 0, 1) / np.float32(255)
    rows, columns = pixels.shape[1:]
    top, left = 32, WIDTH - 40 - columns if right else 40
    part = canvas[:, top : top + rows, left : left + columns]
    part += (pixels[:3] - part) * pixels[3] * np.float32(0.92)


def _jpeg(canvas: Canvas) -> bytes:
    planes = np.clip(np.rint(canvas * np.float32(255)), 0, 255).astype(np.uint8)
    blue_first = cv2.merge([*planes[::-1]])
    for quality in (92, 86, 78, 66, 50, 30):
        encoded = cv2.imencode(".jpg", blue_first, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()
        if len(encoded) < MOST_BYTES:
            break
    return bytes(encoded)
