"""Grid: a lit floor that runs to the horizon, and a sun above it."""

import cv2
import numpy as np
import numpy.typing as npt

from apps.media.formats import FrameSize
from apps.media.graphics.canvas import Canvas
from apps.media.graphics.colour import Bytes, Floats, along, mix
from apps.media.graphics.recipe import Recipe
from apps.media.graphics.stage import LOOP_S, Stage

_ACROSS = 26
_DEEP = 24


class Grid:
    """One floor in perspective. The viewer moves forward by whole squares in a loop, so it repeats without a seam."""

    def __init__(self, recipe: Recipe, size: FrameSize) -> None:
        self.stage = stage = Stage(recipe, size)
        palette = recipe.palette
        self.horizon = stage.half_height * (0.10 if size.height > size.width else 0.14)
        self.radius = stage.uniform(0.24, 0.31)
        self.sun_y = self.horizon - self.radius * 0.62
        away = np.hypot(stage.x, stage.y - np.float32(self.sun_y))
        self.halo = np.exp(-np.maximum(away - self.radius, 0) * 4.2).astype(np.float32)
        self.band = np.exp(-np.abs(stage.y - self.horizon) * 16).astype(np.float32)
        self.field = self._field()
        tones = along(
            stage.gradient([palette.accent, mix(palette.accent, palette.secondary, 0.5), palette.secondary]),
            (stage.y - self.sun_y) / (2 * self.radius) + 0.5,
        )
        self.bars = 6 if stage.rng.random() < 0.65 else 0
        self.sun, self.sun_at = self._sun()
        self.sun_tones = self._cut(tones)
        self.top = round((self.horizon + stage.half_height) * stage.unit) // 2 * 2
        self.fade = self._fade()
        self.towards = self._towards()
        self.glints = [
            mix(palette.background, palette.foreground, 0.05 + share * 0.55)
            for share in np.linspace(0, 1, 32)
        ]
        self.stars = self._stars() if palette.is_dark else np.zeros((0, 3))

    def _field(self) -> Floats:
        """Sky and floor, each darker away from the horizon."""
        stage, palette = self.stage, self.stage.recipe.palette
        below = np.clip((stage.y - self.horizon) / (stage.half_height - self.horizon), 0, 1)
        above = np.clip((self.horizon - stage.y) / (stage.half_height + self.horizon), 0, 1)
        sky = along(
            stage.gradient(
                [
                    mix(palette.surface, palette.secondary, 0.35),
                    palette.surface,
                    palette.background,
                    palette.background,
                ],
                [0, 0.22, 0.75, 1],
            ),
            above,
        )
        floor = along(
            stage.gradient([mix(palette.background, palette.surface, 0.85), palette.background], [0, 0.6]),
            below,
        )
        field: Floats = np.where(stage.y < self.horizon, sky, floor).astype(np.float32)
        return field

    def _sun(self) -> tuple[Bytes, tuple[int, int]]:
        """The disc, perhaps cut by bars that grow towards the horizon, and where its mask stands."""
        stage, size = self.stage, self.stage.size
        mask = np.zeros((size.height, size.width), np.uint8)
        middle = [round(value * 16) for value in stage.pixels(0, self.sun_y)]
        cv2.circle(mask, middle, round(self.radius * stage.unit * 16), 255, -1, cv2.LINE_AA, 4)
        for bar in range(self.bars):
            y = self.horizon - self.radius * (1.05 * bar / 6 + 0.03)
            thick = self.radius * (0.085 - 0.07 * bar / 6)
            first, last = (round((value + stage.half_height) * stage.unit) for value in (y - thick, y))
            mask[max(0, first) : max(0, last)] = 0
        mask[round((self.horizon + stage.half_height) * stage.unit) :] = 0
        left, top, width, height = (value // 2 * 2 for value in cv2.boundingRect(mask))
        return np.ascontiguousarray(mask[top : top + height + 2, left : left + width + 2]), (left, top)

    def _cut(self, picture: Floats) -> Floats:
        """The part of a small picture of the whole frame that lies behind the sun's mask."""
        size, (left, top) = self.stage.size, self.sun_at
        high, wide = self.sun.shape
        whole = cv2.resize(np.ascontiguousarray(picture.transpose(1, 2, 0)), (size.width, size.height))
        part = cv2.resize(
            whole[top : top + high, left : left + wide], (wide // 4, high // 4), interpolation=cv2.INTER_AREA
        )
        return np.ascontiguousarray(part.transpose(2, 0, 1))

    def _fade(self) -> Bytes:
        """How much of the floor's lines is seen in each place: haze far away, quiet where captions stand."""
        stage, size = self.stage, self.stage.size
        y = (np.arange(self.top, size.height) + 0.5) / stage.unit - stage.half_height
        depth = np.clip((y - self.horizon) / (stage.half_height - self.horizon), 0, 1)
        seen = np.clip(depth / 0.16, 0, 1) ** 1.2 * (0.85 - 0.5 * np.clip((depth - 0.25) / 0.4, 0, 1))
        return np.rint(np.repeat(seen[:, None], size.width, 1) * 255).astype(np.uint8)

    def _towards(self) -> Bytes:
        """The lines that run away from the viewer: they never move."""
        stage, size = self.stage, self.stage.size
        mask = np.zeros((size.height - self.top, size.width), np.uint8)
        foot = self.horizon + (stage.half_height - self.horizon) * 1.02
        for number in range(-_ACROSS, _ACROSS + 1):
            self._line(mask, (number * 0.012, self.horizon), (number * 0.32, foot))
        return mask

    def _stars(self) -> npt.NDArray[np.float64]:
        stage = self.stage
        count = round(70 * stage.half_width * stage.half_height * 4)
        high = stage.rng.uniform(-1, 0.5, count)
        return np.stack(
            [
                stage.rng.uniform(-1, 1, count) * stage.half_width,
                (high - 1) / 2 * (stage.half_height + self.horizon) + self.horizon - 0.05,
                stage.rng.uniform(0, 6.28, count),
            ],
            -1,
        )

    def paint(self, canvas: Canvas, t: float) -> None:
        stage, palette = self.stage, self.stage.palette
        pulse = 0.46 + 0.06 * np.sin(stage.turn(t, 2))
        field = stage.light(self.field, palette.accent, self.halo * np.float32(pulse))
        field = stage.light(field, palette.secondary, self.band * np.float32(0.5))
        stage.wash(canvas, field, 0.25)
        self._twinkle(canvas, t)
        canvas.lay(self.sun_tones, self.sun, self.sun_at)
        canvas.stencil(
            cv2.multiply(self._floor(t), self.fade, scale=1 / 255), palette.accent, 0.9, (0, self.top)
        )

    def _twinkle(self, canvas: Canvas, t: float) -> None:
        stage = self.stage
        for x, y, phase in self.stars:
            light = 0.5 + 0.5 * np.sin(stage.turn(t, 3) + phase * 5)
            radius = stage.unit * (0.0011 + 0.0007 * (phase % 1))
            canvas.disc(*stage.pixels(x, y), radius, self.glints[int(light * 31.9)])

    def _floor(self, t: float) -> Bytes:
        stage = self.stage
        mask = self.towards.copy()
        drop = stage.half_height - self.horizon
        moved = stage.cycles(6, 14) * t / LOOP_S
        for number in range(_DEEP):
            y = self.horizon + drop * 1.13 / (number + 1 - moved % 1.0)
            if y < stage.half_height:
                self._line(mask, (-stage.half_width, y), (stage.half_width, y))
        return mask

    def _line(self, mask: Bytes, one: tuple[float, float], other: tuple[float, float]) -> None:
        """Draw between two places into a mask that begins at the horizon."""
        places = self.stage.pixels(*one), self.stage.pixels(*other)
        ends = [(round(x * 16), round((y - self.top) * 16)) for x, y in places]
        cv2.line(mask, ends[0], ends[1], 255, max(1, round(self.stage.unit / 540)), cv2.LINE_AA, 4)
