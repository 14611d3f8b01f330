"""Aurora: curtains of light over a night sky."""

import numpy as np

from apps.media.formats import FrameSize
from apps.media.graphics.canvas import Canvas
from apps.media.graphics.colour import Floats, along
from apps.media.graphics.recipe import Recipe
from apps.media.graphics.stage import Stage

_CURTAINS = 3


class Aurora:
    """Three curtains, each a wandering lower edge from which light fades upwards in fine streaks."""

    def __init__(self, recipe: Recipe, size: FrameSize) -> None:
        self.stage = stage = Stage(recipe, size)
        palette = recipe.palette
        height = stage.y / stage.half_height / 2 + 0.5
        night = [palette.background, palette.background, palette.surface]
        self.sky = along(stage.gradient(night, [0, 0.45, 1]), height)
        self.tones = [
            stage.gradient(colours)
            for colours in (
                [palette.accent, palette.secondary, palette.surface],
                [palette.secondary, palette.accent, palette.surface],
                [palette.accent, palette.surface, palette.secondary],
            )
        ]
        self.phases = stage.rng.uniform(0, 2 * np.pi, (_CURTAINS, 6))
        self.lean = stage.uniform(-0.22, 0.22)
        self.base = stage.half_height * np.array([-0.16, 0.14, 0.38]) + stage.rng.uniform(
            -0.06, 0.06, _CURTAINS
        )
        self.reach = stage.half_height * stage.rng.uniform(0.55, 0.8, _CURTAINS)

    def paint(self, canvas: Canvas, t: float) -> None:
        field = self.sky
        for number in range(_CURTAINS):
            above, strength = self._curtain(number, t)
            tone = along(self.tones[number], above)
            field = self.stage.light(field, tone, strength * np.float32((1.0, 0.9, 0.6)[number]))
        self.stage.wash(canvas, field)

    def _curtain(self, number: int, t: float) -> tuple[Floats, Floats]:
        """How far above its lower edge each place lies (0…1 of its reach), and how bright it is."""
        stage, phase = self.stage, self.phases[number].astype(np.float32)
        slow, quick = stage.turn(t, 1), stage.turn(t, stage.cycles(1, 3))
        side = 1 if number % 2 else -1
        x = stage.x + stage.y * np.float32(self.lean)
        folded = (
            x
            + 0.16 * np.sin(2.3 * x + phase[0] + np.float32(side * slow))
            + 0.05 * np.sin(6.1 * x + stage.y * 1.2 + phase[1] - np.float32(side * quick))
        )
        edge = (
            np.float32(self.base[number])
            + 0.13 * np.sin(1.9 * folded + phase[2] + np.float32(slow))
            + 0.055 * np.sin(4.7 * folded + phase[3] - np.float32(quick))
        )
        rays = 0.5 + 0.5 * np.sin(13 * folded + phase[4] + 2 * np.sin(3.1 * folded + np.float32(slow)))
        fine = 0.5 + 0.5 * np.sin(37 * folded + phase[5] - np.float32(quick))
        streaks = np.float32(0.42) + 0.42 * rays + 0.16 * fine * rays
        distance = (edge - stage.y) / np.float32(self.reach[number])
        rise = 1 / (1 + np.exp(np.clip(-distance * 26, -40, 40)))
        reach = 0.55 + 0.45 * rays
        strength: Floats = rise * np.exp(-np.maximum(distance, 0) / reach * 1.9) * streaks
        return np.maximum(distance, 0) * 0.9, strength
