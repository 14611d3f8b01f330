"""Contours: the height lines of a landscape that breathes."""

import math

import cv2
import numpy as np
import numpy.typing as npt

from apps.media.formats import FrameSize
from apps.media.graphics.canvas import Canvas, bands
from apps.media.graphics.colour import Bytes, Floats, mix
from apps.media.graphics.recipe import Recipe
from apps.media.graphics.stage import Stage

_HILLS = 9
_LEVELS = 6.5
_ONE = 2048
_HALF = _ONE // 2
_SPREAD = 32.0
_STEPS = 64


class Contours:
    """A height field of slow waves. Lines keep their width on flat and steep ground alike; every fourth is bold."""

    def __init__(self, recipe: Recipe, size: FrameSize) -> None:
        self.stage = stage = Stage(recipe, size, small_pixels=24_000)
        palette = recipe.palette
        self.tones = stage.gradient(
            [
                palette.background,
                mix(palette.background, palette.surface, 0.7),
                palette.surface,
                mix(palette.surface, palette.secondary, 0.55),
            ],
            [0, 0.4, 0.72, 1],
        )
        self.line = palette.accent
        angles = stage.rng.uniform(0, 2 * np.pi, _HILLS)
        lengths = np.linspace(1.6, 6.4, _HILLS) * stage.rng.uniform(0.85, 1.15, _HILLS)
        self.waves = [
            (
                np.float32(np.cos(angle) * length),
                np.float32(np.sin(angle) * length),
                float(stage.rng.uniform(0, 6.28)),
                1 / length,
                1 if number % 2 else -1,
            )
            for number, (angle, length) in enumerate(zip(angles, lengths, strict=True))
        ]
        weight = sum(wave[3] for wave in self.waves)
        self.scale = np.float32(2.0 / weight)
        self.turns = [stage.cycles(1, 2) if number > 3 else 1 for number in range(_HILLS)]
        thickness = max(1.2, stage.unit / 1080 * 1.7)
        self.fine, self.bold = _look(thickness, 0.48), _look(thickness * 1.8, 0.95)

    def _height(self, t: float) -> Floats:
        stage = self.stage
        bend = np.float32(0.22) * np.sin(2.1 * stage.y + np.float32(stage.turn(t)))
        height = np.zeros_like(stage.x)
        for (kx, ky, phase, weight, side), turns in zip(self.waves, self.turns, strict=True):
            moved = phase + side * 0.75 * math.sin(stage.turn(t, turns) + phase * 5)
            height += np.float32(weight) * np.sin(kx * (stage.x + bend) + ky * stage.y + np.float32(moved))
        scaled: Floats = height * self.scale
        return scaled

    def paint(self, canvas: Canvas, t: float) -> None:
        stage, size = self.stage, (self.stage.size.width, self.stage.size.height)
        height = self._height(t)
        stage.wash_along(canvas, self.tones, height * 0.42 + 0.46)
        levels = height * np.float32(_LEVELS * _ONE) + np.float32(_HALF + _LEVELS * 2 * _ONE)
        step = size[0] / stage.columns
        slope = np.hypot(np.gradient(levels, axis=0), np.gradient(levels, axis=1)) / np.float32(step * _ONE)
        spread = np.clip((1 + 1.6 * stage.calm) / np.maximum(slope, 1e-3) * _SPREAD, 0, 65535).astype(
            np.uint16
        )
        wide = cv2.resize(spread, size, interpolation=cv2.INTER_LINEAR)
        smooth = cv2.pyrUp(np.clip(levels, 0, 65535).astype(np.uint16))
        full = cv2.resize(smooth, size, interpolation=cv2.INTER_LINEAR)
        mask = canvas.blank()
        for rows in bands(size[1]):
            fine = self._lines(full[rows], wide[rows], 1, self.fine)
            np.maximum(fine, self._lines(full[rows], wide[rows], 4, self.bold), out=mask[rows])
        canvas.stencil(mask, self.line)

    def _lines(
        self, levels: npt.NDArray[np.uint16], spread: npt.NDArray[np.uint16], every: int, look: Bytes
    ) -> Bytes:
        """A mask of the lines at each `every` whole levels; `look` is its value by the distance in 64ths of a pixel."""
        away = cv2.absdiff(np.bitwise_and(levels, every * _ONE - 1), float(every * _HALF))  # type: ignore[call-overload]
        distance = cv2.multiply(away, spread, scale=_STEPS / (_ONE * _SPREAD))
        return cv2.LUT(cv2.convertScaleAbs(distance), look)


def _look(thickness: float, opacity: float) -> Bytes:
    """The value of a line's mask by the distance from its middle: whole up to half the thickness, gone one pixel on."""
    left = thickness / 2 + 0.5 - np.arange(256) / _STEPS
    return np.rint(np.clip(left, 0, 1) * opacity * 255).astype(np.uint8)
