"""Halftone: a print raster whose dots swell and shrink with passing waves."""

import cv2
import numpy as np

from apps.media.formats import FrameSize
from apps.media.graphics.canvas import Canvas
from apps.media.graphics.colour import Bytes, Floats, along, mix
from apps.media.graphics.recipe import Recipe
from apps.media.graphics.stage import Stage

_EDGE_STEPS = 8.0


class Halftone:
    """Dots on a turned grid; their size follows a slow field, their colour runs across the frame."""

    def __init__(self, recipe: Recipe, size: FrameSize) -> None:
        self.stage = stage = Stage(recipe, size)
        palette = recipe.palette
        self.cell = stage.unit / (25 + 9 * stage.uniform(0, 1))
        self.near = self._distances(np.deg2rad((15, 45, 30)[int(stage.rng.integers(3))]))
        angle = stage.uniform(0, 2 * np.pi)
        self.along = (
            (stage.x * np.cos(angle) + stage.y * np.sin(angle)) / (stage.half_width + stage.half_height)
        ).astype(np.float32)
        self.ground = along(
            stage.gradient([palette.background, mix(palette.background, palette.surface, 0.8)]),
            self.along * 0.8 + 0.5,
        )
        self.inks = along(
            stage.gradient([palette.accent, palette.secondary, palette.accent]), self.along * 0.9 + 0.5
        )
        self.faded = along(
            stage.gradient([mix(palette.background, palette.surface, 0.9), palette.surface]), self.along + 0.5
        )
        self.phases = stage.rng.uniform(0, 6.28, 3).astype(np.float32)

    def _distances(self, angle: float) -> Bytes:
        """How far each pixel is from the nearest dot's middle, in eighths of a pixel (8 bits, saturated)."""
        size = self.stage.size
        x, y = np.meshgrid(np.arange(size.width, dtype=np.float32), np.arange(size.height, dtype=np.float32))
        u = (x * np.cos(angle) - y * np.sin(angle)) / self.cell
        v = (x * np.sin(angle) + y * np.cos(angle)) / self.cell
        away = np.hypot(u - np.rint(u), v - np.rint(v)) * self.cell * _EDGE_STEPS
        distances: Bytes = np.clip(np.rint(away), 0, 255).astype(np.uint8)
        return distances

    def _size(self, t: float) -> Floats:
        """Dot radius as a share of the cell, small."""
        stage, phase = self.stage, self.phases
        turn = np.float32(stage.turn(t, stage.cycles(1, 2)))
        x = stage.x + 0.18 * np.sin(2.2 * stage.y + phase[0] + np.float32(stage.turn(t)))
        swell = np.sin(7.5 * self.along + 1.4 * x + phase[1] - turn) + 0.7 * np.sin(
            3.4 * stage.y - 2.4 * x + phase[2] + turn
        )
        share: Floats = np.float32(0.25) + np.float32(0.17) * swell
        return np.clip(share * (1 - np.float32(0.55) * stage.calm), 0.045, 0.62)

    def paint(self, canvas: Canvas, t: float) -> None:
        stage, size = self.stage, self.stage.size
        stage.wash(canvas, self.ground)
        share = self._size(t)
        radius = np.clip(np.rint(share * self.cell * _EDGE_STEPS), 0, 255).astype(np.uint8)
        large = cv2.resize(radius, (size.width, size.height), interpolation=cv2.INTER_LINEAR)
        mask = cv2.convertScaleAbs(cv2.subtract(large, self.near), alpha=255 / _EDGE_STEPS / 1.4)
        bright = np.clip((share - 0.10) * 4, 0, 1) * (1 - np.float32(0.5) * stage.calm)
        canvas.lay(self.faded + (self.inks - self.faded) * bright, mask)
