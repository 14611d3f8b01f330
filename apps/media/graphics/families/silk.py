"""Silk: folds of coloured light that flow into each other."""

import numpy as np

from apps.media.formats import FrameSize
from apps.media.graphics.canvas import Canvas
from apps.media.graphics.colour import Floats, along
from apps.media.graphics.recipe import Recipe
from apps.media.graphics.stage import Stage

_FOLDS = 5


class Silk:
    """A coordinate field bent through itself five times, coloured along one ramp and lit from the upper left."""

    def __init__(self, recipe: Recipe, size: FrameSize) -> None:
        self.stage = stage = Stage(recipe, size, small_pixels=40_000)
        palette = recipe.palette
        self.colours = stage.gradient(
            [palette.background, palette.surface, palette.secondary, palette.accent, palette.surface],
            [0.0, 0.34, 0.66, 0.86, 1.0],
        )
        angle = stage.uniform(0, 2 * np.pi)
        zoom = stage.uniform(1.5, 2.1)
        self.u = (stage.x * np.cos(angle) - stage.y * np.sin(angle)) * zoom
        self.v = (stage.x * np.sin(angle) + stage.y * np.cos(angle)) * zoom
        self.phases = stage.rng.uniform(0, 2 * np.pi, (_FOLDS, 2))
        self.turns = [stage.cycles(1, 2) * (1 if number % 2 else -1) for number in range(_FOLDS)]

    def paint(self, canvas: Canvas, t: float) -> None:
        stage = self.stage
        u, v = self.u, self.v
        for number in range(1, _FOLDS):
            drift = stage.turn(t, self.turns[number])
            u = u + np.float32(0.55 / number) * np.cos(
                number * 1.35 * v + np.float32(self.phases[number, 0] + drift)
            )
            v = v + np.float32(0.55 / number) * np.cos(number * 1.35 * u + np.float32(self.phases[number, 1]))
        height = np.sin(u * 1.3 + v * 0.9)
        slope = np.diff(height, axis=1, prepend=height[:, :1]) - np.diff(height, axis=0, prepend=height[:1])
        field = self._coloured(height, v)
        shine = np.clip(slope * np.float32(stage.columns / stage.half_width * 0.035), -0.35, 0.4)
        stage.wash(canvas, field * (1 + shine * (1 - np.float32(0.7) * stage.calm)))

    def _coloured(self, height: Floats, v: Floats) -> Floats:
        """The colours of the folds; where captions stand they keep to the ramp's quiet end."""
        share = (height * 0.42 + 0.5 + 0.1 * np.sin(v * 0.7)) * 0.86
        return along(self.colours, share * (1 - np.float32(0.46) * self.stage.calm))
