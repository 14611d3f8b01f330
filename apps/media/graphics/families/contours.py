"""Contours: the height lines of a landscape that breathes."""

import cv2
import numpy as np

from apps.media.formats import FrameSize
from apps.media.graphics.canvas import Canvas
from apps.media.graphics.colour import Floats, along, mix
from apps.media.graphics.recipe import Recipe
from apps.media.graphics.stage import Stage

_HILLS = 7
_LEVELS = 9.0
_FINE = 1.5


class Contours:
    """A height field of a few slow waves. Lines keep their width on flat and steep ground alike; every fifth is bold."""

    def __init__(self, recipe: Recipe, size: FrameSize) -> None:
        self.stage = stage = Stage(recipe, size)
        palette = recipe.palette
        self.tones = stage.gradient(
            [palette.background, mix(palette.background, palette.surface, 0.7), palette.surface,
             mix(palette.surface, palette.secondary, 0.55)], [0, 0.4, 0.72, 1])
        self.line = mix(palette.surface, palette.accent, 0.72)
        self.bold = palette.accent
        angles = stage.rng.uniform(0, 2 * np.pi, _HILLS)
        lengths = np.linspace(1.5, 4.6, _HILLS) * stage.rng.uniform(0.85, 1.15, _HILLS)
        self.waves = [(np.float32(np.cos(angle) * length), np.float32(np.sin(angle) * length),
                       float(stage.rng.uniform(0, 6.28)), 1 / length, 1 if number % 2 else -1)
                      for number, (angle, length) in enumerate(zip(angles, lengths, strict=True))]
        weight = sum(wave[3] for wave in self.waves)
        self.scale = np.float32(1.6 / weight)
        self.turns = [stage.cycles(1, 2) if number > 3 else 1 for number in range(_HILLS)]
        self.thickness = max(1.2, stage.unit / 1080 * _FINE)
        full = cv2.resize(stage.calm, (size.width, size.height), interpolation=cv2.INTER_LINEAR)
        self.quiet = np.rint((1 - 0.72 * full) * 255).astype(np.uint8)

    def _height(self, t: float) -> Floats:
        stage = self.stage
        bend = np.float32(0.22) * np.sin(2.1 * stage.y + np.float32(stage.turn(t)))
        height = np.zeros_like(stage.x)
        for (kx, ky, phase, weight, side), turns in zip(self.waves, self.turns, strict=True):
            height += np.float32(weight) * np.sin(kx * (stage.x + bend) + ky * stage.y
                                                  + np.float32(phase + side * stage.turn(t, turns)))
        scaled: Floats = height * self.scale
        return scaled

    def paint(self, canvas: Canvas, t: float) -> None:
        stage, size = self.stage, self.stage.size
        height = self._height(t)
        stage.wash_along(canvas, self.tones, height * 0.42 + 0.46)
        levels = height * np.float32(_LEVELS)
        step = size.width / stage.columns
        slope = np.hypot(np.gradient(levels, axis=0), np.gradient(levels, axis=1)) / np.float32(step)
        steep = cv2.resize(1 / np.maximum(slope, 1e-4), (size.width, size.height), interpolation=cv2.INTER_LINEAR)
        full = cv2.resize(levels, (size.width, size.height), interpolation=cv2.INTER_CUBIC)
        canvas.stencil(self._lines(full, steep, 1.0), self.line, 0.55)
        canvas.stencil(self._lines(full, steep, 5.0), self.bold, 0.9)

    def _lines(self, levels: Floats, steep: Floats, every: float) -> np.ndarray:
        """A mask of the lines at each whole `every`: 255 within half the thickness, gone one pixel further out."""
        at = levels * np.float32(1 / every) if every != 1.0 else levels
        distance = cv2.multiply(cv2.absdiff(at, np.rint(at)), steep, scale=every)
        wide = self.thickness * (0.5 if every == 1.0 else 0.85)
        mask = cv2.addWeighted(distance, -255.0, distance, 0.0, (wide + 0.5) * 255, dtype=cv2.CV_8U)
        return cv2.multiply(mask, self.quiet, scale=1 / 255)
