"""Colours as numbers: OKLab ramps for gradients without mud, and BT.709 limited-range Y'CbCr for video.

Sources: Björn Ottosson, "A perceptual color space for image processing" (2020); ITU-R BT.709-6.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from apps.media.graphics.palettes import rgb

Floats = npt.NDArray[Any]
"""32-bit floats; OpenCV's type stubs do not tell kinds of numbers apart."""
Bytes = npt.NDArray[Any]
"""Unsigned 8-bit numbers."""

_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_FROM_LAB = np.linalg.inv(_TO_LAB)
_FROM_LMS = np.linalg.inv(_TO_LMS)

_KR, _KB = 0.2126, 0.0722
_KG = 1.0 - _KR - _KB
TO_YCC = np.array(
    [
        [219 * _KR, 219 * _KG, 219 * _KB],
        [-112 * _KR / (1 - _KB), -112 * _KG / (1 - _KB), 112.0],
        [112.0, -112 * _KG / (1 - _KR), -112 * _KB / (1 - _KR)],
    ],
    np.float32,
)
"""Rows make Y', Cb, Cr code values of R'G'B' in 0…1, before the offsets are added."""
OFFSETS = np.array([16.0, 128.0, 128.0], np.float32)


def srgb(colour: str) -> Floats:
    """`#rrggbb` as three gamma-coded numbers 0…1."""
    return np.array(rgb(colour), np.float32) / np.float32(255)


def to_oklab(colours: Floats) -> npt.NDArray[np.float64]:
    """Gamma-coded sRGB (…, 3) in 0…1 as OKLab (…, 3)."""
    values = np.asarray(colours, np.float64)
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    lab: npt.NDArray[np.float64] = np.cbrt(linear @ _TO_LMS.T) @ _TO_LAB.T
    return lab


def from_oklab(lab: npt.NDArray[np.float64]) -> Floats:
    """OKLab (…, 3) as gamma-coded sRGB (…, 3), clipped into 0…1."""
    linear = np.clip(((lab @ _FROM_LAB.T) ** 3) @ _FROM_LMS.T, 0.0, 1.0)
    coded = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return coded.astype(np.float32)


def mix(one: str, other: str, share: float) -> str:
    """The colour `share` (0…1) of the way from `one` to `other`, in OKLab."""
    lab = to_oklab(np.stack([srgb(one), srgb(other)]))
    red, green, blue = (round(float(value) * 255) for value in from_oklab(lab[0] + (lab[1] - lab[0]) * share))
    return f"#{red:02x}{green:02x}{blue:02x}"


def ramp(colours: Sequence[str], stops: Sequence[float] | None = None, steps: int = 1024) -> Floats:
    """A gradient (3, steps) of gamma-coded sRGB through `colours`, smooth in OKLab; `stops` are their places in 0…1."""
    places = np.linspace(0.0, 1.0, len(colours)) if stops is None else np.asarray(stops, np.float64)
    labs = to_oklab(np.stack([srgb(colour) for colour in colours]))
    at = np.linspace(0.0, 1.0, steps)
    through = np.stack([np.interp(at, places, labs[:, channel]) for channel in range(3)], axis=-1)
    return np.ascontiguousarray(from_oklab(through).T)


def along(gradient: Floats, share: Floats) -> Floats:
    """The colours of a ramp at `share` (rows, columns; 0…1, clipped): a picture (3, rows, columns)."""
    last = gradient.shape[1] - 1
    index = np.clip(share * np.float32(last), 0, last).astype(np.int32)
    colours: Floats = np.take(gradient, index, axis=1)
    return colours


@lru_cache(maxsize=1024)
def code_values(colour: str) -> tuple[int, int, int]:
    """Y', Cb and Cr of `#rrggbb`, BT.709 limited range."""
    y, cb, cr = (int(value) for value in np.rint(TO_YCC @ srgb(colour) + OFFSETS))
    return y, cb, cr


def to_rgb(y: Bytes, cb: Bytes, cr: Bytes) -> Bytes:
    """8-bit RGB (height, width, 3) of three planes of the same size."""
    ycc = np.stack([y, cb, cr], axis=-1).astype(np.float32) - OFFSETS
    picture = ycc @ np.linalg.inv(TO_YCC).T.astype(np.float32)
    pixels: Bytes = np.clip(np.rint(picture * 255), 0, 255).astype(np.uint8)
    return pixels
