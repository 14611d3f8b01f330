"""What every family works with: the recipe, small coordinate fields, loops in time, and the calm place for captions."""

import math
import zlib
from collections.abc import Sequence

import numpy as np

from apps.media.formats import FrameSize
from apps.media.graphics.canvas import Canvas
from apps.media.graphics.colour import Floats, along, ramp, srgb
from apps.media.graphics.recipe import Recipe

LOOP_S = 24.0
"""Backgrounds repeat without a seam after this many seconds."""

_SMALL_PIXELS = 65_000


class Stage:
    """The small picture a family paints before it is scaled up, in units of the frame's shorter side.

    `x` and `y` (rows, columns) are coordinates with 0 in the middle and y downwards; `unit` is the shorter side in
    pixels; `calm` (rows, columns) is 1 where captions stand and 0 away from them. Pictures are (3, rows, columns) of
    gamma-coded RGB in 0…1.
    """

    def __init__(self, recipe: Recipe, size: FrameSize, small_pixels: int = _SMALL_PIXELS) -> None:
        self.recipe, self.size, self.palette = recipe, size, recipe.palette
        self.energy = recipe.energy
        self.unit = min(size.width, size.height)
        self.rng = np.random.default_rng([abs(recipe.seed), zlib.crc32(recipe.family.encode())])
        shrink = max(1.0, math.sqrt(size.width * size.height / small_pixels))
        self.columns, self.rows = max(8, round(size.width / shrink)), max(8, round(size.height / shrink))
        self.half_width, self.half_height = size.width / self.unit / 2, size.height / self.unit / 2
        self.x: Floats = self._axis(self.columns, self.half_width)[None, :].repeat(self.rows, 0)
        self.y: Floats = self._axis(self.rows, self.half_height)[:, None].repeat(self.columns, 1)
        self.calm: Floats = _calm(self.rows, portrait=size.height > size.width).repeat(self.columns, 1)
        self.quiet: Floats = srgb(recipe.palette.background)[:, None, None]

    @staticmethod
    def _axis(count: int, half: float) -> Floats:
        return (((np.arange(count) + 0.5) / count * 2 - 1) * half).astype(np.float32)

    def turn(self, t: float, cycles: int = 1) -> float:
        """The angle at `t` seconds of something that turns `cycles` whole times in a loop."""
        return 2 * math.pi * (cycles * t / LOOP_S % 1.0)

    def cycles(self, calm: float, lively: float) -> int:
        """A whole number of turns in a loop, between `calm` and `lively` by the recipe's energy; at least one."""
        return max(1, round(calm + (lively - calm) * self.energy))

    def uniform(self, low: float, high: float) -> float:
        return float(self.rng.uniform(low, high))

    def pixels(self, x: float, y: float) -> tuple[float, float]:
        """A place in the frame's pixels."""
        return (x + self.half_width) * self.unit, (y + self.half_height) * self.unit

    def column(self, x: float) -> int:
        """The column of the small picture nearest to `x`, inside it."""
        return min(self.columns, max(0, round((x / self.half_width + 1) / 2 * self.columns)))

    def row(self, y: float) -> int:
        """The row of the small picture nearest to `y`, inside it."""
        return min(self.rows, max(0, round((y / self.half_height + 1) / 2 * self.rows)))

    def gradient(self, colours: Sequence[str], stops: Sequence[float] | None = None) -> Floats:
        return ramp(colours, stops)

    def light(self, field: Floats, colour: str | Floats, strength: Floats) -> Floats:
        """`field` lit by a colour or picture: added as light on dark palettes, laid over as a tint on light ones."""
        ink = srgb(colour)[:, None, None] if isinstance(colour, str) else colour
        if self.palette.is_dark:
            lit: Floats = field + ink * strength * (1 - field)
            return lit
        tinted: Floats = field + (ink - field) * np.clip(strength * np.float32(0.7), 0, 1)
        return tinted

    def wash(self, canvas: Canvas, field: Floats, calm: float = 0.32) -> None:
        """Paint the picture `field` (3, rows, columns) over the whole frame, the captions' place quieter by `calm`."""
        share = self.calm * np.float32(calm)
        canvas.wash(field * (1 - share) + self.quiet * share)

    def wash_along(self, canvas: Canvas, gradient: Floats, share: Floats, calm: float = 0.32) -> None:
        """Paint the colours of `gradient` at `share` (rows, columns) over the whole frame."""
        self.wash(canvas, along(gradient, share), calm)


def _calm(rows: int, *, portrait: bool) -> Floats:
    """Rises smoothly above the captions and stays to the lower edge, like the fall of light on a stage."""
    start, end = (0.38, 0.76) if portrait else (0.44, 0.86)
    at = np.clip(((np.arange(rows) + 0.5) / rows - start) / (end - start), 0, 1)
    return (at * at * (3 - 2 * at)).astype(np.float32)[:, None]
