"""Grid: a lit floor that runs to the horizon, and a sun above it."""

import cv2
import numpy as np
import numpy.typing as npt

from apps.media.formats import FrameSize
from apps.media.graphics.canvas import Canvas
from apps.media.graphics.colour import Bytes, along, mix
from apps.media.graphics.recipe import Recipe
from apps.media.graphics.stage import Stage

_ACROSS = 26
_DEEP = 22
_RADIUS = 0.27


class Grid:
    """One floor in perspective. The viewer moves forward by whole squares in a loop, so it repeats without a seam."""

    def __init__(self, recipe: Recipe, size: FrameSize) -> None:
        self.stage = stage = Stage(recipe, size)
        palette = recipe.palette
        self.horizon = stage.half_height * (0.10 if size.height > size.width else 0.14)
        self.sun_y = self.horizon - _RADIUS * 0.62
        below = np.clip((stage.y - self.horizon) / (stage.half_height - self.horizon), 0, 1)
        above = np.clip((self.horizon - stage.y) / (stage.half_height + self.horizon), 0, 1)
        sky = along(stage.gradient([mix(palette.surface, palette.secondary, 0.35), palette.surface, palette.background,
                                    palette.background], [0, 0.22, 0.75, 1]), above)
        floor = along(stage.gradient([mix(palette.background, palette.surface, 0.85), palette.background], [0, 0.6]),
                      below)
        field = np.where(stage.y < self.horizon, sky, floor).astype(np.float32)
        away = np.hypot(stage.x, stage.y - np.float32(self.sun_y))
        self.halo = np.exp(-np.maximum(away - _RADIUS, 0) * 4.2).astype(np.float32)
        self.band = np.exp(-np.abs(stage.y - self.horizon) * 16).astype(np.float32)
        self.field = field
        self.sun_tones = along(stage.gradient([palette.accent, mix(palette.accent, palette.secondary, 0.5),
                                               palette.secondary]),
                               (stage.y - self.sun_y) / (2 * _RADIUS) + 0.5)
        self.sun = self._sun()
        self.fade = self._fade()
        self.stars = self._stars() if palette.is_dark else np.zeros((0, 3))

    def _sun(self) -> Bytes:
        """The disc, cut by bars that grow towards the horizon."""
        stage, size = self.stage, self.stage.size
        top, scale = self.horizon, stage.unit
        mask = np.zeros((size.height, size.width), np.uint8)
        middle = stage.pixels(0, self.sun_y)
        cv2.circle(mask, tuple(round(value * 16) for value in middle), round(_RADIUS * scale * 16), 255, -1,
                   cv2.LINE_AA, 4)
        for bar in range(6):
            share = bar / 6
            y = top - _RADIUS * 1.05 * share - _RADIUS * 0.03
            thick = _RADIUS * (0.085 - 0.07 * share)
            first, last = (round((value + stage.half_height) * scale) for value in (y - thick, y))
            mask[max(0, first):max(0, last)] = 0
        mask[round((self.horizon + stage.half_height) * scale):] = 0
        return mask

    def _fade(self) -> Bytes:
        """How much of the floor's lines is seen in each row: haze far away, quiet where captions stand."""
        stage, size = self.stage, self.stage.size
        y = (np.arange(size.height) + 0.5) / stage.unit - stage.half_height
        depth = np.clip((y - self.horizon) / (stage.half_height - self.horizon), 0, 1)
        seen = np.clip(depth / 0.16, 0, 1) ** 1.2 * (0.85 - 0.5 * np.clip((depth - 0.25) / 0.4, 0, 1))
        return np.rint(np.repeat(seen[:, None], size.width, 1) * 255).astype(np.uint8)

    def _stars(self) -> npt.NDArray[np.float64]:
        stage = self.stage
        count = round(70 * stage.half_width * stage.half_height * 4)
        high = stage.rng.uniform(-1, 0.5, count)
        return np.stack([stage.rng.uniform(-1, 1, count) * stage.half_width,
                         (high - 1) / 2 * (stage.half_height + self.horizon) + self.horizon - 0.05,
                         stage.rng.uniform(0, 6.28, count)], -1)

    def paint(self, canvas: Canvas, t: float) -> None:
        stage, palette = self.stage, self.stage.palette
        pulse = 0.46 + 0.06 * np.sin(stage.turn(t, 2))
        field = stage.light(self.field, palette.accent, self.halo * np.float32(pulse))
        field = stage.light(field, palette.secondary, self.band * np.float32(0.5))
        stage.wash(canvas, field, 0.25)
        self._twinkle(canvas, t)
        canvas.lay(self.sun_tones, self.sun)
        top = round((self.horizon + stage.half_height) * stage.unit) // 2 * 2
        mask = cv2.multiply(self._floor(t)[top:], self.fade[top:], scale=1 / 255)
        canvas.stencil(np.ascontiguousarray(mask), palette.accent, 0.9, (0, top))

    def _twinkle(self, canvas: Canvas, t: float) -> None:
        stage, palette = self.stage, self.stage.palette
        for x, y, phase in self.stars:
            light = 0.35 + 0.3 * np.sin(stage.turn(t, 3) + phase * 5)
            colour = mix(palette.background, palette.foreground, round(float(light) * 0.9, 2))
            canvas.disc(*stage.pixels(x, y), stage.unit * (0.0011 + 0.0007 * (phase % 1)), colour)

    def _floor(self, t: float) -> Bytes:
        stage, size = self.stage, self.stage.size
        mask = np.zeros((size.height, size.width), np.uint8)
        width = max(1, round(stage.unit / 540))
        drop = stage.half_height - self.horizon
        sway = 0.12 * np.sin(stage.turn(t))
        for number in range(-_ACROSS, _ACROSS + 1):
            far, near = (number * 0.012 + sway * 0.1, self.horizon), (number * 0.32 + sway * 0.1, self.horizon + drop * 1.02)
            self._line(mask, far, near, width)
        moved = stage.cycles(6, 14) * t / 24.0
        for number in range(_DEEP):
            depth = number + 1 - moved % 1.0
            y = self.horizon + drop * 0.62 / (depth * 0.55)
            if y < stage.half_height:
                self._line(mask, (-stage.half_width, y), (stage.half_width, y), width)
        return mask

    def _line(self, mask: Bytes, one: tuple[float, float], other: tuple[float, float], width: int) -> None:
        ends = [tuple(round(value * 16) for value in self.stage.pixels(*place)) for place in (one, other)]
        cv2.line(mask, ends[0], ends[1], 255, width, cv2.LINE_AA, 4)
