"""Bokeh: lights out of focus that rise slowly."""

from dataclasses import dataclass

import numpy as np

from apps.media.formats import FrameSize
from apps.media.graphics.canvas import Canvas
from apps.media.graphics.colour import Floats, along, mix, srgb
from apps.media.graphics.recipe import Recipe
from apps.media.graphics.stage import Stage


@dataclass(frozen=True)
class _Disc:
    x: float
    y: float
    radius: float
    softness: float
    strength: float
    ink: Floats
    sway: float
    phase: float
    rises: int
    flickers: int


class Bokeh:
    """Discs of light, large ones soft and dim, small ones crisp and bright, over a glow that wanders."""

    def __init__(self, recipe: Recipe, size: FrameSize) -> None:
        self.stage = stage = Stage(recipe, size, small_pixels=90_000)
        palette = recipe.palette
        height = stage.y / stage.half_height / 2 + 0.5
        upper = mix(palette.background, palette.surface, 0.35)
        self.ground = along(stage.gradient([upper, palette.background]), height)
        count = round((24 + 14 * stage.energy) * max(1.0, stage.half_width * stage.half_height * 2.2))
        self.discs = sorted((self._disc() for _ in range(count)), key=lambda disc: -disc.radius)
        self.inks = (palette.surface, mix(palette.surface, palette.secondary, 0.55))

    def _disc(self) -> _Disc:
        stage, palette = self.stage, self.stage.palette
        near = stage.uniform(0, 1) ** 1.7
        colour = (
            palette.accent,
            palette.secondary,
            palette.secondary,
            palette.surface,
            palette.accent,
            mix(palette.accent, palette.foreground, 0.5),
        )[stage.rng.integers(6)]
        return _Disc(
            x=stage.uniform(-1.1, 1.1) * stage.half_width,
            y=stage.uniform(0, 1),
            radius=0.018 + 0.13 * near,
            softness=0.10 + 0.5 * stage.uniform(0, 1) * near,
            strength=(0.74 - 0.40 * near) * stage.uniform(0.55, 1.1),
            ink=srgb(colour)[:, None, None],
            sway=stage.uniform(0.01, 0.05),
            phase=stage.uniform(0, 6.28),
            rises=1 if near < 0.5 else stage.cycles(1, 2),
            flickers=int(stage.rng.integers(1, 4)),
        )

    def paint(self, canvas: Canvas, t: float) -> None:
        stage = self.stage
        turn = stage.turn(t)
        field = self.ground
        for number, ink in enumerate(self.inks):
            x = stage.half_width * 0.55 * np.sin(turn + number * 2.4)
            y = stage.half_height * (0.45 * np.cos(turn + number * 1.7) - 0.25)
            glow = np.exp(
                -((stage.x - np.float32(x)) ** 2 + (stage.y - np.float32(y)) ** 2) * np.float32(3.4 - number)
            )
            field = stage.light(field, ink, glow * np.float32(0.6))
        field = np.ascontiguousarray(field)
        for disc in self.discs:
            self._light(field, disc, t)
        stage.wash(canvas, field)

    def _light(self, field: Floats, disc: _Disc, t: float) -> None:
        stage = self.stage
        reach = disc.radius * (1 + disc.softness) + 0.004
        span = stage.half_height * 2 + 2 * reach
        y = stage.half_height + reach - ((disc.y + disc.rises * stage.turn(t) / (2 * np.pi)) % 1.0) * span
        x = disc.x + disc.sway * np.sin(stage.turn(t, 1) + disc.phase)
        left, right = stage.column(x - reach), stage.column(x + reach) + 1
        top, bottom = stage.row(y - reach), stage.row(y + reach) + 1
        if left >= right or top >= bottom:
            return
        across = stage.x[0, left:right] - np.float32(x)
        down = stage.y[top:bottom, :1] - np.float32(y)
        distance = np.sqrt(across * across + down * down) * np.float32(1 / disc.radius)
        body = np.clip((1 + disc.softness - distance) * np.float32(0.5 / disc.softness), 0, 1)
        body *= (
            body * (3 - 2 * body) * (np.float32(0.72) + np.float32(0.28) * np.minimum(distance * distance, 1))
        )
        flicker = 0.7 + 0.3 * np.sin(stage.turn(t, disc.flickers) + disc.phase * 3)
        part = field[:, top:bottom, left:right]
        part[...] = stage.light(part, disc.ink, body * np.float32(disc.strength * flicker))
