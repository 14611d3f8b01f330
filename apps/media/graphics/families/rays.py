"""Rays: beams of light that turn slowly in haze."""

import numpy as np

from apps.media.formats import FrameSize
from apps.media.graphics.canvas import Canvas
from apps.media.graphics.colour import Floats, along, mix
from apps.media.graphics.recipe import Recipe
from apps.media.graphics.stage import Stage

_AROUND = 4096


class Rays:
    """Two fans of beams that turn against each other around a source above the frame; where they cross it glimmers."""

    def __init__(self, recipe: Recipe, size: FrameSize) -> None:
        self.stage = stage = Stage(recipe, size)
        palette = recipe.palette
        side = 1 if stage.rng.random() < 0.5 else -1
        across = stage.x - np.float32(stage.half_width * side * stage.uniform(0.25, 0.9))
        down = stage.y + np.float32(stage.half_height * stage.uniform(1.22, 1.4))
        self.angle = (np.arctan2(down, across) / (2 * np.pi) * _AROUND).astype(np.float32)
        self.distance = (
            (np.hypot(across, down) - 0.2 * stage.half_height)
            / np.hypot(stage.half_width * 2, stage.half_height * 2)
        ).astype(np.float32)
        ground = along(
            stage.gradient(
                [palette.surface, mix(palette.surface, palette.background, 0.65), palette.background],
                [0, 0.42, 1],
            ),
            self.distance,
        )
        self.ground = stage.light(ground, palette.accent, np.exp(-self.distance * 6.5) * np.float32(0.7))
        self.fans = [self._fan(beams) for beams in (19, 31)]
        self.fall = np.exp(-self.distance * np.float32(1.5)) * np.clip(1.25 - self.distance, 0, 1)
        self.tone = along(
            stage.gradient(
                [mix(palette.accent, palette.foreground, 0.35), palette.accent, palette.secondary]
            ),
            self.distance * 1.3,
        )

    def _fan(self, beams: int) -> Floats:
        """Brightness around a full turn: smooth, and the same at both ends."""
        angle = np.linspace(0, 2 * np.pi, _AROUND, endpoint=False)
        phases = self.stage.rng.uniform(0, 2 * np.pi, 4)
        light = sum(
            np.sin(angle * beams * factor + phase) / factor
            for factor, phase in zip((1, 2, 3, 5), phases, strict=True)
        )
        shaped = 1 / (1 + np.exp(-2.6 * np.asarray(light)))
        return shaped.astype(np.float32)

    def paint(self, canvas: Canvas, t: float) -> None:
        stage = self.stage
        sway = _AROUND * (0.028 + 0.03 * stage.energy)
        turn = stage.turn(t)
        first = self._around(self.fans[0], sway * np.sin(turn))
        second = self._around(self.fans[1], -sway * np.sin(turn + 1.1) + sway * 0.3 * np.sin(2 * turn))
        breath = 0.92 + 0.08 * np.sin(stage.turn(t, 2))
        strength = (
            (first * second * np.float32(1.35) + first * np.float32(0.22)) * self.fall * np.float32(breath)
        )
        stage.wash(canvas, stage.light(self.ground, self.tone, strength))

    def _around(self, fan: Floats, by: float) -> Floats:
        at = self.angle + np.float32(by)
        low = np.floor(at)
        index = low.astype(np.int32) & (_AROUND - 1)
        value: Floats = fan[index] + (fan[(index + 1) & (_AROUND - 1)] - fan[index]) * (at - low)
        return value
