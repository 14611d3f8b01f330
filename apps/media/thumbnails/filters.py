"""What is done to a thumbnail's picture before words are laid over it."""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageEnhance, ImageFilter, ImageOps

from apps.media.thumbnails.backdrop import HEIGHT, WIDTH, load

_WARM = np.array([1.10, 1.01, 0.88], np.float32)
_COLD = np.array([0.90, 0.99, 1.10], np.float32)


@dataclass(frozen=True)
class Filters:
    """Percent, where 100 leaves the picture as it is; `blur` in pixels. `tone` is one of TONES."""

    brightness: int = 100
    contrast: int = 100
    saturation: int = 100
    blur: int = 0
    tone: str = ""


def filtered(source: bytes | Path, filters: Filters) -> bytes:
    """The picture in the shape of a thumbnail, with the filters laid on, as PNG. Raises NotMedia."""
    image = ImageOps.fit(
        load(source).convert("RGB"), (WIDTH, HEIGHT), Image.Resampling.LANCZOS, centering=(0.5, 0.35)
    )
    for enhance, percent in (
        (ImageEnhance.Brightness, filters.brightness),
        (ImageEnhance.Contrast, filters.contrast),
        (ImageEnhance.Color, filters.saturation),
    ):
        if percent != 100:
            image = enhance(image).enhance(percent / 100)
    if filters.blur:
        image = image.filter(ImageFilter.GaussianBlur(filters.blur))
    image = TONES.get(filters.tone, _same)(image)
    data = io.BytesIO()
    image.save(data, "PNG", compress_level=1)
    return data.getvalue()


def _same(image: Image.Image) -> Image.Image:
    return image


def _grey(image: Image.Image) -> Image.Image:
    return ImageOps.grayscale(image).convert("RGB")


def _weighted(image: Image.Image, weights: np.ndarray[tuple[int], np.dtype[np.float32]]) -> Image.Image:
    pixels = np.asarray(image).astype(np.float32) * weights
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def _vignette(image: Image.Image) -> Image.Image:
    rows, columns = np.mgrid[-1 : 1 : HEIGHT * 1j, -1 : 1 : WIDTH * 1j]
    shade = np.clip(1.15 - 0.45 * (rows**2 + columns**2), 0.25, 1).astype(np.float32)
    return Image.fromarray(np.clip(np.asarray(image) * shade[..., None], 0, 255).astype(np.uint8))


TONES: Mapping[str, Callable[[Image.Image], Image.Image]] = {
    "grey": _grey,
    "warm": lambda image: _weighted(image, _WARM),
    "cold": lambda image: _weighted(image, _COLD),
    "vignette": _vignette,
}
"""Looks by name."""
