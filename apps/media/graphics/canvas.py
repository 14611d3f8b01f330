"""A frame as three planes of BT.709 limited-range 4:2:0, and what can be painted on it.

Painting in Y'CbCr saves converting every frame: soft fields are worked out small, turned into code values there, and
scaled up in 16 bits with a dither, so that gradients do not band; sharp things are drawn into the planes with OpenCV.
"""

from collections.abc import Iterator
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from apps.media.formats import FrameSize
from apps.media.graphics.colour import OFFSETS, TO_YCC, Bytes, Floats, code_values

_SHIFT = 4
_BAND = 96
_GRAIN_MARGIN = 48
_TO_CODES = TO_YCC * np.float32(256)
_CODE_OFFSETS = (OFFSETS * np.float32(256))[:, None]
_LEAST, _MOST = np.float32(16 * 256), np.float32(240 * 256)


@lru_cache(maxsize=4)
def _grain(height: int, width: int) -> npt.NDArray[np.uint16]:
    """Triangular noise of ±1 code value in 1/256, shifted to be positive.

    It stands still: moving noise of this size is not seen either, but costs the encoder a tenth more bits.
    """
    rng = np.random.default_rng(709)
    shape = (height + _GRAIN_MARGIN, width + _GRAIN_MARGIN)
    noise: npt.NDArray[np.uint16] = rng.integers(0, 256, shape, np.uint16) + rng.integers(
        0, 256, shape, np.uint16
    )
    noise.setflags(write=False)
    return noise


@lru_cache(maxsize=4)
def _dither(height: int, width: int) -> npt.NDArray[np.uint16]:
    """Even noise of one code value, in 1/255."""
    noise = np.random.default_rng(601).integers(1, 255, (height, width), np.uint16)
    noise.setflags(write=False)
    return noise


class Canvas:
    """The planes of one frame; the same canvas is painted over for each frame."""

    def __init__(self, size: FrameSize) -> None:
        self.size = size
        width, height = size.width, size.height
        self._flat = np.empty(width * height * 3 // 2, np.uint8)
        luma, chroma = width * height, width * height // 4
        self.y: Bytes = self._flat[:luma].reshape(height, width)
        self.u: Bytes = self._flat[luma : luma + chroma].reshape(height // 2, width // 2)
        self.v: Bytes = self._flat[luma + chroma :].reshape(height // 2, width // 2)
        self.planes = (self.y, self.u, self.v)
        self._wide = np.empty(luma, np.uint16)
        self._blanks: dict[int, Bytes] = {}

    @property
    def frame(self) -> memoryview:
        """The frame as yuv420p, until the canvas is painted again."""
        return self._flat.data

    def blank(self, number: int = 0) -> Bytes:
        """An empty mask of the frame's size, valid until it is asked for again: saves making a new one each frame."""
        mask = self._blanks.setdefault(number, np.empty((self.size.height, self.size.width), np.uint8))
        mask.fill(0)
        return mask

    def wash(self, field: Floats) -> None:
        """Fill the frame with a small picture (3, rows, columns) of gamma-coded RGB in 0…1, scaled up and dithered.

        Scaled in two steps: OpenCV's cubic ripples on even slopes, and its linear alone shows the small picture's
        pixels.
        """
        for number, (codes, plane) in enumerate(zip(_code_planes(field), self.planes, strict=True)):
            self._spread(cv2.pyrUp(codes), plane, number)

    def lay(self, field: Floats, mask: Bytes, at: tuple[int, int] = (0, 0)) -> None:
        """Lay a small picture over the part of the frame that `mask` covers, where `mask` is 255 and partly below.

        `mask` (rows, columns) has even sides; `at` is the even x, y of its corner.
        """
        for number, (codes, plane, cover) in enumerate(
            zip(_code_planes(field), self._parts(mask.shape, at), self._covers(mask), strict=True)
        ):
            layer = np.empty_like(cover)
            self._spread(codes, layer, number)
            _blend(plane, layer, cover)

    def _spread(self, codes: npt.NDArray[np.uint16], plane: Bytes, number: int) -> None:
        height, width = plane.shape
        large = self._wide[: height * width].reshape(height, width)
        cv2.resize(codes, (width, height), dst=large, interpolation=cv2.INTER_LINEAR)
        grain = _grain(self.size.height, self.size.width)[number * 16 :, number * 16 :]
        for rows in bands(height):
            noisy = cv2.add(large[rows], grain[rows, :width])
            plane[rows] = cv2.convertScaleAbs(noisy, alpha=1 / 256, beta=-1.0)

    @staticmethod
    def _covers(mask: Bytes) -> tuple[Bytes, Bytes, Bytes]:
        small = cv2.resize(mask, (mask.shape[1] // 2, mask.shape[0] // 2), interpolation=cv2.INTER_AREA)
        return mask, small, small

    def _parts(self, shape: tuple[int, ...], at: tuple[int, int]) -> tuple[Bytes, Bytes, Bytes]:
        left, top = at
        right, bottom = left + shape[1], top + shape[0]
        small = (slice(top // 2, bottom // 2), slice(left // 2, right // 2))
        return self.y[top:bottom, left:right], self.u[small], self.v[small]

    def polygon(self, points: npt.NDArray[np.floating], colour: str) -> None:
        """Fill a polygon; `points` (n, 2) are x, y in pixels of the frame, edges are smoothed."""
        for plane, code, corners in self._each(points, colour):
            cv2.fillPoly(plane, [corners], code, cv2.LINE_AA, _SHIFT)

    def lines(
        self, points: npt.NDArray[np.floating], colour: str, thickness: float, *, closed: bool = False
    ) -> None:
        """Draw a line through `points` (n, 2), `thickness` in pixels of the frame."""
        for plane, code, corners in self._each(points, colour):
            wide = thickness if plane is self.y else thickness / 2
            cv2.polylines(plane, [corners], closed, code, max(1, round(wide)), cv2.LINE_AA, _SHIFT)

    def disc(self, x: float, y: float, radius: float, colour: str) -> None:
        """Fill a circle; middle and radius in pixels of the frame."""
        scale = 1 << _SHIFT
        for plane, code, shrink in zip(self.planes, code_values(colour), (1, 2, 2), strict=True):
            middle = (x, y) if shrink == 1 else (x / 2 - 0.25, y / 2 - 0.25)
            cv2.circle(
                plane,
                (round(middle[0] * scale), round(middle[1] * scale)),
                round(radius / shrink * scale),
                code,
                -1,
                cv2.LINE_AA,
                _SHIFT,
            )

    def facets(self, corners: npt.NDArray[np.floating], codes: npt.NDArray[np.integer]) -> None:
        """Fill triangles (n, 3, 2) that cover the frame edge to edge with their code values (n, 3).

        Painted twice: first hard, so that no earlier frame shines through the smoothed edges of the second time.
        """
        scale = 1 << _SHIFT
        for number, plane in enumerate(self.planes):
            places = corners if number == 0 else corners / 2 - 0.25
            points = np.rint(places * scale).astype(np.int32)
            values = codes[:, number].tolist()
            for kind in (cv2.LINE_8, cv2.LINE_AA):
                for triangle, value in zip(points, values, strict=True):
                    cv2.fillConvexPoly(plane, triangle, value, kind, _SHIFT)

    def _each(
        self,
        points: npt.NDArray[np.floating],
        colour: str,
    ) -> tuple[tuple[Bytes, int, npt.NDArray[np.int32]], ...]:
        y, u, v = code_values(colour)
        full = np.rint(points * (1 << _SHIFT)).astype(np.int32)
        half = np.rint((points / 2 - 0.25) * (1 << _SHIFT)).astype(np.int32)
        return (self.y, y, full), (self.u, u, half), (self.v, v, half)

    def stencil(
        self,
        mask: Bytes,
        colour: str,
        opacity: float = 1.0,
        at: tuple[int, int] = (0, 0),
        *,
        soft: bool = False,
    ) -> None:
        """Lay `colour` over the frame where `mask` (rows, columns; 255 = whole) says so, its corner at even x, y `at`.

        `soft` dithers the result, for masks that fade over a long way.
        """
        if opacity < 1.0:
            mask = cv2.convertScaleAbs(mask, alpha=max(0.0, opacity))
        dither = _dither(self.size.height, self.size.width) if soft else None
        for part, code, cover in zip(
            self._parts(mask.shape, at), code_values(colour), self._covers(mask), strict=True
        ):
            _blend(part, code, cover, dither)


def _code_planes(field: Floats) -> npt.NDArray[np.uint16]:
    """Code values times 256."""
    scaled = _TO_CODES @ field.reshape(3, -1) + _CODE_OFFSETS
    codes: npt.NDArray[np.uint16] = np.clip(scaled, _LEAST, _MOST).astype(np.uint16).reshape(field.shape)
    return codes


def bands(rows: int) -> Iterator[slice]:
    """Slices of so many rows that what is worked out for one stays in the processor's cache."""
    for first in range(0, rows, _BAND):
        yield slice(first, min(rows, first + _BAND))


def _blend(
    part: Bytes, over: int | Bytes, cover: Bytes, dither: npt.NDArray[np.uint16] | None = None
) -> None:
    """part ← part + (over − part) · cover/255 in place, rounded once so that faint gradients do not step."""
    for rows in bands(part.shape[0]):
        mask = cover[rows]
        mixed = np.multiply(part[rows], cv2.bitwise_not(mask), dtype=np.uint16)
        mixed += np.multiply(mask, np.uint16(over) if isinstance(over, int) else over[rows], dtype=np.uint16)
        if dither is None:
            part[rows] = cv2.convertScaleAbs(mixed, alpha=1 / 255)
        else:
            mixed += dither[rows, : part.shape[1]]
            part[rows] = cv2.convertScaleAbs(mixed, alpha=1 / 255, beta=-0.5)
