"""What lies behind a thumbnail's title: a picture or a graphic, cut to 1280 × 720, and what is laid over it."""

import io
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

from apps.media.errors import NotMedia
from apps.media.graphics import FAMILIES, Recipe, picture
from apps.media.graphics.colour import srgb

WIDTH, HEIGHT = 1280, 720
MOST_PIXELS = 120_000_000
_BAND = 48
_LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)

Background = bytes | Path | Recipe
Canvas = npt.NDArray[np.float32]
"""A picture (3, 720, 1280) of gamma-coded RGB in 0…1: red, green and blue apart, which numpy is quicker with."""


def backdrop(background: Background) -> Canvas:
    """The background, cut to fill the frame; of a tall picture the upper half is kept, where faces are.

    Raises NotMedia where it is not a picture that can be read.
    """
    if isinstance(background, Recipe):
        plain = FAMILIES[background.family].needs == "nothing" if background.family in FAMILIES else True
        recipe = background if plain else replace(background, words=())
        return _canvas(picture(recipe, WIDTH, HEIGHT, recipe.duration_s * 0.4))
    image = ImageOps.fit(
        load(background).convert("RGB"), (WIDTH, HEIGHT), Image.Resampling.LANCZOS, centering=(0.5, 0.35)
    )
    return lively(_canvas(np.asarray(image)))


def _canvas(pixels: npt.NDArray[np.uint8]) -> Canvas:
    return np.stack(cv2.split(pixels)).astype(np.float32) / np.float32(255)


def load(source: bytes | Path) -> Image.Image:
    """A picture, turned upright. Raises NotMedia where it cannot be read or has more than 120 million pixels."""
    try:
        with Image.open(io.BytesIO(source) if isinstance(source, bytes) else source) as image:
            if image.width * image.height > MOST_PIXELS:
                raise NotMedia("The picture is too large: use one of at most 120 million pixels.")
            return ImageOps.exif_transpose(image)
    except (
        UnidentifiedImageError,
        OSError,
        SyntaxError,
        ValueError,
        Image.DecompressionBombWarning,
    ) as error:
        raise NotMedia("The picture cannot be read: use a PNG, JPEG or WebP file.") from error


def lively(canvas: Canvas) -> Canvas:
    """The picture with a little more colour and contrast, for it is seen small."""
    grey = np.tensordot(_LUMA, canvas, 1)
    coloured = grey + (canvas - grey) * np.float32(1.14)
    lifted: Canvas = np.clip((coloured - np.float32(0.5)) * np.float32(1.06) + np.float32(0.5), 0, 1)
    return lifted


def lay(canvas: Canvas, mask: npt.NDArray[np.floating], colour: str) -> None:
    """Lay `colour` over the picture, in place, where `mask` (720, 1280; 0…1) says so."""
    ink = srgb(colour)[:, None, None]
    touched = np.flatnonzero(mask.any(axis=1))
    for first in range(touched[0], touched[-1] + 1, _BAND) if touched.size else ():
        rows = slice(first, min(first + _BAND, touched[-1] + 1))
        part = canvas[:, rows]
        part += (ink - part) * mask[rows].astype(np.float32)


def soft(mask: npt.NDArray[np.uint8], spread: float, strength: float) -> npt.NDArray[np.float32]:
    """A blurred shadow of a mask, 0…1."""
    small = cv2.resize(mask, (WIDTH // 4, HEIGHT // 4), interpolation=cv2.INTER_AREA).astype(np.float32)
    blurred = cv2.resize(cv2.GaussianBlur(small / 255, (0, 0), spread / 4), (WIDTH, HEIGHT))
    shadow: npt.NDArray[np.float32] = np.clip(np.asarray(blurred) * np.float32(strength), 0, 1)
    return shadow


def relative_luminance(canvas: Canvas) -> npt.NDArray[np.float32]:
    """WCAG's relative luminance of pixels (3, …)."""
    linear = np.where(canvas <= 0.04045, canvas / 12.92, ((canvas + 0.055) / 1.055) ** 2.4)
    light: npt.NDArray[np.float32] = np.tensordot(_LUMA, linear.astype(np.float32), 1)
    return light
