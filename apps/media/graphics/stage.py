"""What every family works with: the recipe, small coordinate fields, loops in time, and the calm place for captions."""

import math
import zlib
from collections.abc import Sequence

import numpy as np

from apps.media.graphics.canvas import Canvas, Size
from apps.media.graphics.colour import Floats, along, mix, ramp, srgb
from apps.media.graphics.recipe import Recipe

LOOP_S = 24.0
"""Backgrounds repeat without a seam after this many seconds."""

_SMALL_PIXELS = 130_000


class Stage:
    """The small picture a family paints before it is scaled up, in units of the frame's shorter side.

    `x` and `y` (rows, columns) are coordinates with 0 in the middle and y downwards; `unit` is the shorter side in
    pixels; `calm` (rows, 1) is 1 where captions stand and 0 away from them.
    """

    def __init__(self, recipe: Recipe, size: Size, small_pixels: int = _SMALL_PIXELS) -> None:
        self.recipe, self.size, self.palette = recipe, size, recipe.palette
        self.energy = recipe.energy
        self.unit = min(size.width, size.height)
        self.rng = np.random.default_rng([abs(recipe.seed), zlib.crc32(recipe.family.encode())])
        shrink = max(1.0, math.sqrt(size.width * size.height / small_pixels))
        self.columns, self.rows = max(8, round(size.width / shrink)), max(8, round(size.height / shrink))
        self.half_width, self.half_height = size.width / self.unit / 2, size.height / self.unit / 2
        self.x: Floats = self._axis(self.columns, self.half_width)[None, :].repeat(self.rows, 0)
        self.y: Floats = self._axis(self.rows, self.half_height)[:, None].repeat(self.columns, 1)
        self.calm: Floats = _calm(self.rows, portrait=size.height > size.width)

    @staticmethod
    def _axis(count: int, half: float) -> Floats:
        return (((np.arange(count) + 0.5) / count * 2 - 1) * half).astype(np.float32)

    def turn(self, t: float, cycles: int = 1) -> float:
        """The angle at `t` seconds of something that turns `cycles` whole times in a loop."""
        return 2 * math.pi * cycles * t / LOOP_S

    def cycles(self, calm: float, lively: float) -> int:
        """A whole number of turns in a loop, between `calm` and `lively` by the recipe's energy; at least one."""
        return max(1, round(calm + (lively - calm) * self.energy))

    def uniform(self, low: float, high: float) -> float:
        return float(self.rng.uniform(low, high))

    def pixels(self, x: float, y: float) -> tuple[float, float]:
        """A place in the frame's pixels."""
        return (x + self.half_width) * self.unit, (y + self.half_height) * self.unit

    def gradient(self, colours: Sequence[str], stops: Sequence[float] | None = None) -> Floats:
        return ramp(colours, stops)

    def light(self, field: Floats, colour: str | Floats, strength: Floats) -> Floats:
        """`field` lit by `colour`: added as light on dark palettes, laid over as a tint on light ones."""
        ink = srgb(colour) if isinstance(colour, str) else colour
        amount = strength[:, :, None]
        if self.palette.is_dark:
            lit: Floats = field + ink * amount * (1 - field)
            return lit
        tinted: Floats = field + (ink - field) * np.clip(amount * np.float32(0.7), 0, 1)
        return tinted

    def settle(self, field: Floats, amount: float = 0.5) -> Floats:
        """`field` with the captions' place drawn towards the palette's quiet shade."""
        quiet = srgb(mix(self.palette.background, self.palette.surface, 0.25))
        share = self.calm[:, :, None] * np.float32(amount)
        settled: Floats = field + (quiet - field) * share
        return settled

    def wash(self, canvas: Canvas, field: Floats, calm: float = 0.5) -> None:
        """Paint the small picture `field` over the whole frame."""
        canvas.wash(np.clip(self.settle(field, calm), 0, 1).astype(np.float32))

    def wash_along(self, canvas: Canvas, gradient: Floats, share: Floats, calm: float = 0.5) -> None:
        """Paint the colours of `gradient` at `share` over the whole frame."""
        self.wash(canvas, along(gradient, share), calm)


def _calm(rows: int, *, portrait: bool) -> Floats:
    middle, reach = (0.72, 0.17) if portrait else (0.80, 0.20)
    at = (np.arange(rows) + 0.5) / rows
    bump = np.exp(-(np.abs(at - middle) / reach) ** 3)
    return bump.astype(np.float32)[:, None]
