"""Waves: layers of rolling hills of colour, the nearest darkest."""

import numpy as np
import numpy.typing as npt

import cv2

from apps.media.formats import FrameSize
from apps.media.graphics.canvas import Canvas
from apps.media.graphics.colour import Floats, along, mix, srgb
from apps.media.graphics.recipe import Recipe
from apps.media.graphics.stage import Stage

_LAYERS = 6
_SMALL = 6


class Waves:
    """Six layers from far to near. Each is brightest at its crest and lies in the shadow of the next."""

    def __init__(self, recipe: Recipe, size: FrameSize) -> None:
        self.stage = stage = Stage(recipe, size, small_pixels=32_000)
        palette = recipe.palette
        far, near = (palette.secondary, palette.background) if palette.is_dark else (palette.background, palette.secondary)
        colours = [mix(palette.surface, palette.accent, 0.75), mix(palette.accent, far, 0.55), far,
                   mix(far, palette.surface, 0.6), palette.surface, mix(palette.surface, near, 0.65)] \
            if palette.is_dark else \
            [mix(palette.surface, palette.accent, share) for share in (0.22, 0.42, 0.62, 0.45, 0.25, 0.08)]
        self.tops = [srgb(colour)[:, None, None] for colour in colours]
        self.deeps = [srgb(mix(colour, palette.background, 0.42))[:, None, None] for colour in colours]
        glow = np.exp(-((stage.x - stage.uniform(-0.3, 0.3)) ** 2 + (stage.y + stage.half_height * 0.5) ** 2) * 3.2)
        self.sky = stage.light(
            along(stage.gradient([palette.background, palette.surface]), stage.y / stage.half_height * 0.5 + 0.55),
            palette.accent, glow.astype(np.float32) * np.float32(0.45))
        self.base = np.linspace(-0.34, 0.80, _LAYERS) * stage.half_height
        self.phases = stage.rng.uniform(0, 2 * np.pi, (_LAYERS, 3))
        self.lengths = stage.rng.uniform(0.85, 1.25, (_LAYERS, 3)) * [1.5, 3.1, 5.3]
        self.turns = [(stage.cycles(1, 3), -stage.cycles(1, 2), stage.cycles(1, 2)) for _ in range(_LAYERS)]
        self.swell = 0.75 + 0.5 * stage.energy

    def paint(self, canvas: Canvas, t: float) -> None:
        canvas.wash(self.sky)
        for layer in range(_LAYERS):
            self._layer(canvas, layer, t)

    def _crest(self, layer: int, t: float, x: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
        """The height of a layer's crest at `x`."""
        heights = (0.085, 0.036, 0.014)
        side = 1 if layer % 2 else -1
        waves = sum(height * np.sin(self.lengths[layer, k] * x + self.phases[layer, k]
                                    + side * self.stage.turn(t, self.turns[layer][k]))
                    for k, height in enumerate(heights))
        crest: npt.NDArray[np.floating] = self.base[layer] + waves * self.swell
        return crest

    def _layer(self, canvas: Canvas, layer: int, t: float) -> None:
        stage, size = self.stage, self.stage.size
        at = np.linspace(-stage.half_width - 0.02, stage.half_width + 0.02, 160)
        crest = self._crest(layer, t, at)
        top = max(0, int((crest.min() + stage.half_height) * stage.unit) // 2 * 2 - 2)
        last = layer == _LAYERS - 1
        bottom = size.height if last else min(
            size.height, int((self._crest(layer + 1, t, at).max() + stage.half_height) * stage.unit) // 2 * 2 + 4)
        if bottom - top < 4:
            return
        points = np.stack([(at + stage.half_width) * stage.unit, (crest + stage.half_height) * stage.unit - top], -1)
        corners = np.concatenate([points, [[size.width + 40, size.height], [-40, size.height]]])
        mask = np.zeros((bottom - top, size.width), np.uint8)
        cv2.fillPoly(mask, [np.rint(corners * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
        canvas.lay(self._shade(layer, t, top, bottom), mask, (0, top))

    def _shade(self, layer: int, t: float, top: int, bottom: int) -> Floats:
        """The layer's colours for the frame's rows `top` to `bottom`, small."""
        stage = self.stage
        rows = max(4, (bottom - top) * stage.rows // stage.size.height)
        y = ((np.arange(rows) + 0.5) / rows * (bottom - top) + top) / stage.unit - stage.half_height
        x = stage.x[0]
        depth = y[:, None] - self._crest(layer, t, x)[None]
        fall = np.clip(depth / 0.42, 0, 1).astype(np.float32)
        rim = np.exp(-np.maximum(depth, 0) / 0.018).astype(np.float32) * np.float32(0.16)
        field = self.tops[layer] + (self.deeps[layer] - self.tops[layer]) * fall
        field = field * (1 + rim)
        if layer < _LAYERS - 1:
            shadow = np.exp(-np.maximum(self._crest(layer + 1, t, x)[None] - y[:, None], 0) / 0.07)
            field = field * (1 - np.float32(0.30) * shadow.astype(np.float32))
        shaded: Floats = field.astype(np.float32)
        return shaded
