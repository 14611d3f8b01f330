"""A frame as three planes of BT.709 limited-range 4:2:0, and what can be painted on it.

Painting in Y'CbCr saves converting every frame: soft fields are worked out small, turned into code values there, and
scaled up in 16 bits with a dither, so that gradients do not band; sharp things are drawn into the planes with OpenCV.
"""

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from apps.media.graphics.colour import OFFSETS, TO_YCC, Bytes, Floats, code_values

_SHIFT = 4
_GRAIN_MARGIN = 64


@dataclass(frozen=True)
class Size:
    """A frame's size in pixels; both even. Raises ValueError otherwise."""

    width: int
    height: int

    def __post_init__(self) -> None:
        if self.width < 16 or self.height < 16 or self.width % 2 or self.height % 2:
            raise ValueError(f"A frame needs an even width and height of at least 16, not {self.width}×{self.height}")


@lru_cache(maxsize=4)
def _grain(height: int, width: int) -> npt.NDArray[np.uint16]:
    """Triangular noise of ±1 code value in 1/256, shifted to be positive."""
    rng = np.random.default_rng(709)
    shape = (height + _GRAIN_MARGIN, width + _GRAIN_MARGIN)
    noise = rng.integers(0, 256, shape, np.uint16) + rng.integers(0, 256, shape, np.uint16)
    noise.setflags(write=False)
    return noise


class Canvas:
    """The planes of one frame; the same canvas is painted over for each frame."""

    def __init__(self, size: Size) -> None:
        self.size = size
        width, height = size.width, size.height
        self._flat = np.empty(width * height * 3 // 2, np.uint8)
        luma, chroma = width * height, width * height // 4
        self.y: Bytes = self._flat[:luma].reshape(height, width)
        self.u: Bytes = self._flat[luma:luma + chroma].reshape(height // 2, width // 2)
        self.v: Bytes = self._flat[luma + chroma:].reshape(height // 2, width // 2)
        self.planes = (self.y, self.u, self.v)
        self._frame = 0

    def begin(self, frame: int) -> None:
        """Start frame number `frame`: chooses its grain."""
        self._frame = frame

    def frame_bytes(self) -> bytes:
        """The frame as yuv420p."""
        return self._flat.tobytes()

    def wash(self, field: Floats) -> None:
        """Fill the frame with a small picture (rows, columns, 3) of gamma-coded RGB in 0…1, scaled up and dithered."""
        scaled = cv2.transform(field, TO_YCC) * np.float32(256) + OFFSETS * np.float32(256) - np.float32(128)
        codes = np.clip(scaled, 0, 65000).astype(np.uint16)
        for number, plane in enumerate(self.planes):
            self._spread(np.ascontiguousarray(codes[:, :, number]), plane, number)

    def _spread(self, codes: npt.NDArray[np.uint16], plane: Bytes, number: int) -> None:
        height, width = plane.shape
        large = cv2.resize(codes, (width, height), interpolation=cv2.INTER_CUBIC)
        step = self._frame * 3 + number
        down, right = (step * 37) % _GRAIN_MARGIN, (step * 23) % _GRAIN_MARGIN
        cv2.add(large, _grain(height, width)[down:down + height, right:right + width], dst=large)
        cv2.extractChannel(large.view(np.uint8).reshape(height, width, 2), 1, plane)

    def polygon(self, points: npt.NDArray[np.floating], colour: str) -> None:
        """Fill a polygon; `points` (n, 2) are x, y in pixels of the frame, edges are smoothed."""
        for plane, code, corners in self._each(points, colour):
            cv2.fillPoly(plane, [corners], code, cv2.LINE_AA, _SHIFT)

    def lines(self, points: npt.NDArray[np.floating], colour: str, thickness: float, *, closed: bool = False) -> None:
        """Draw a line through `points` (n, 2), `thickness` in pixels of the frame."""
        for plane, code, corners in self._each(points, colour):
            wide = thickness if plane is self.y else thickness / 2
            cv2.polylines(plane, [corners], closed, code, max(1, round(wide)), cv2.LINE_AA, _SHIFT)

    def _each(
        self, points: npt.NDArray[np.floating], colour: str,
    ) -> tuple[tuple[Bytes, int, npt.NDArray[np.int32]], ...]:
        y, u, v = code_values(colour)
        full = np.rint(points * (1 << _SHIFT)).astype(np.int32)
        half = np.rint((points / 2 - 0.25) * (1 << _SHIFT)).astype(np.int32)
        return (self.y, y, full), (self.u, u, half), (self.v, v, half)

    def stencil(self, mask: Bytes, colour: str, opacity: float = 1.0, at: tuple[int, int] = (0, 0)) -> None:
        """Lay `colour` over the frame where `mask` (rows, columns; 255 = whole) says so, its corner at even x, y `at`."""
        left, top = at
        rows, columns = mask.shape
        small = cv2.resize(mask, (columns // 2, rows // 2), interpolation=cv2.INTER_AREA)
        for plane, code, cover, scale in zip(self.planes, code_values(colour), (mask, small, small), (1, 2, 2),
                                             strict=True):
            down, right = top // scale, left // scale
            part = plane[down:down + cover.shape[0], right:right + cover.shape[1]]
            blend(part, code, cover, opacity)


def blend(part: Bytes, code: int, cover: Bytes, opacity: float = 1.0) -> None:
    """part ← part + (code − part) · cover/255 · opacity, in place."""
    if opacity < 1.0:
        cover = cv2.convertScaleAbs(cover, alpha=opacity)
    kept = cv2.multiply(part, cv2.bitwise_not(cover), scale=1 / 255)
    cv2.add(kept, cv2.convertScaleAbs(cover, alpha=code / 255), dst=kept)
    np.copyto(part, kept)
