"""A frame as three planes of BT.709 limited-range 4:2:0, and what can be painted on it.

Painting in Y'CbCr saves converting every frame: soft fields are worked out small, turned into code values there, and
scaled up in 16 bits with a dither, so that gradients do not band; sharp things are drawn into the planes with OpenCV.
"""

from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from apps.media.formats import FrameSize
from apps.media.graphics.colour import OFFSETS, TO_YCC, Bytes, Floats, code_values

_SHIFT = 4
_GRAIN_MARGIN = 64
_TO_CODES = TO_YCC * np.float32(256)
_CODE_OFFSETS = (OFFSETS * np.float32(256) - np.float32(128))[:, None]
_LEAST, _MOST = np.float32(16 * 256), np.float32(240 * 256)


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

    def __init__(self, size: FrameSize) -> None:
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
        """Fill the frame with a small picture (3, rows, columns) of gamma-coded RGB in 0…1, scaled up and dithered."""
        for number, (codes, plane) in enumerate(zip(_code_planes(field), self.planes, strict=True)):
            self._spread(codes, plane, number)

    def lay(self, field: Floats, mask: Bytes, at: tuple[int, int] = (0, 0)) -> None:
        """Lay a small picture over the part of the frame that `mask` covers, where `mask` is 255 and partly below.

        `mask` (rows, columns) has even sides; `at` is the even x, y of its corner.
        """
        for number, (codes, plane, cover) in enumerate(
                zip(_code_planes(field), self._parts(mask.shape, at), self._covers(mask), strict=True)):
            layer = np.empty_like(cover)
            self._spread(codes, layer, number)
            kept = cv2.multiply(plane, cv2.bitwise_not(cover), scale=1 / 255)
            np.add(kept, cv2.multiply(layer, cover, scale=1 / 255), out=plane)

    def _spread(self, codes: npt.NDArray[np.uint16], plane: Bytes, number: int) -> None:
        height, width = plane.shape
        large = cv2.resize(codes, (width, height), interpolation=cv2.INTER_CUBIC)
        step = self._frame * 3 + number
        down, right = (step * 37) % _GRAIN_MARGIN, (step * 23) % _GRAIN_MARGIN
        grain = _grain(self.size.height, self.size.width)
        cv2.add(large, grain[down:down + height, right:right + width], dst=large)
        cv2.extractChannel(large.view(np.uint8).reshape(height, width, 2), 1, plane)

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

    def lines(self, points: npt.NDArray[np.floating], colour: str, thickness: float, *, closed: bool = False) -> None:
        """Draw a line through `points` (n, 2), `thickness` in pixels of the frame."""
        for plane, code, corners in self._each(points, colour):
            wide = thickness if plane is self.y else thickness / 2
            cv2.polylines(plane, [corners], closed, code, max(1, round(wide)), cv2.LINE_AA, _SHIFT)

    def disc(self, x: float, y: float, radius: float, colour: str) -> None:
        """Fill a circle; middle and radius in pixels of the frame."""
        scale = 1 << _SHIFT
        for plane, code, shrink in zip(self.planes, code_values(colour), (1, 2, 2), strict=True):
            middle = (x, y) if shrink == 1 else (x / 2 - 0.25, y / 2 - 0.25)
            cv2.circle(plane, (round(middle[0] * scale), round(middle[1] * scale)), round(radius / shrink * scale),
                       code, -1, cv2.LINE_AA, _SHIFT)

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
        self, points: npt.NDArray[np.floating], colour: str,
    ) -> tuple[tuple[Bytes, int, npt.NDArray[np.int32]], ...]:
        y, u, v = code_values(colour)
        full = np.rint(points * (1 << _SHIFT)).astype(np.int32)
        half = np.rint((points / 2 - 0.25) * (1 << _SHIFT)).astype(np.int32)
        return (self.y, y, full), (self.u, u, half), (self.v, v, half)

    def stencil(self, mask: Bytes, colour: str, opacity: float = 1.0, at: tuple[int, int] = (0, 0)) -> None:
        """Lay `colour` over the frame where `mask` (rows, columns; 255 = whole) says so, its corner at even x, y `at`."""
        for part, code, cover in zip(self._parts(mask.shape, at), code_values(colour), self._covers(mask), strict=True):
            blend(part, code, cover, opacity)


def _code_planes(field: Floats) -> npt.NDArray[np.uint16]:
    """Code values times 256, half a value low for the dither that follows."""
    scaled = _TO_CODES @ field.reshape(3, -1) + _CODE_OFFSETS
    codes: npt.NDArray[np.uint16] = np.clip(scaled, _LEAST, _MOST).astype(np.uint16).reshape(field.shape)
    return codes


def blend(part: Bytes, code: int, cover: Bytes, opacity: float = 1.0) -> None:
    """part ← part + (code − part) · cover/255 · opacity, in place."""
    if opacity < 1.0:
        cover = cv2.convertScaleAbs(cover, alpha=opacity)
    kept = cv2.multiply(part, cv2.bitwise_not(cover), scale=1 / 255)
    np.add(kept, cv2.convertScaleAbs(cover, alpha=code / 255), out=part)
