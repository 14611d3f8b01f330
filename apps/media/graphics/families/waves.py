"""Waves: layers of rolling hills of colour, the nearest darkest."""

import numpy as np

from apps.media.formats import FrameSize
from apps.media.graphics.canvas import Canvas
from apps.media.graphics.colour import Floats, along, mix, srgb
from apps.media.graphics.recipe import Recipe
from apps.media.graphics.stage import Stage

_LAYERS = 6


class Waves:
    """Six layers from far to near. Each is brightest at its crest and lies in the shadow of the next."""

    def __init__(self, recipe: Recipe, size: FrameSize) -> None:
        self.stage = stage = Stage(recipe, size, small_pixels=32_000)
        palette = recipe.palette
        near = palette.background if palette.is_dark else palette.secondary
        shades = (
            (
                (palette.accent, 0.62),
                (palette.accent, 0.42),
                (palette.secondary, 0.50),
                (palette.secondary, 0.24),
                (palette.secondary, 0.06),
                (near, 0.36),
            )
            if palette.is_dark
            else tuple((palette.accent, share) for share in (0.22, 0.42, 0.55, 0.34, 0.18, 0.06))
        )
        colours = [mix(palette.surface, colour, share) for colour, share in shades]
        self.tops = [srgb(colour)[:, None, None] for colour in colours]
        self.deeps = [srgb(mix(colour, palette.background, 0.42))[:, None, None] for colour in colours]
        glow = np.exp(
            -((stage.x - stage.uniform(-0.3, 0.3)) ** 2 + (stage.y + stage.half_height * 0.42) ** 2) * 5.5
        )
        self.sky = stage.light(
            along(
                stage.gradient([palette.background, palette.surface]),
                stage.y / stage.half_height * 0.5 + 0.55,
            ),
            palette.accent,
            glow.astype(np.float32) * np.float32(0.45),
        )
        self.base = (np.linspace(-0.34, 0.80, _LAYERS) * stage.half_height).astype(np.float32)
        self.phases = stage.rng.uniform(0, 2 * np.pi, (_LAYERS, 3)).astype(np.float32)
        self.lengths = (stage.rng.uniform(0.85, 1.25, (_LAYERS, 3)) * [1.5, 3.1, 5.3]).astype(np.float32)
        self.turns = [(stage.cycles(1, 3), -stage.cycles(1, 2), stage.cycles(1, 2)) for _ in range(_LAYERS)]
        self.across = ((np.arange(size.width) + 0.5) / stage.unit - stage.half_width).astype(np.float32)
        self.swell = 0.75 + 0.5 * stage.energy

    def paint(self, canvas: Canvas, t: float) -> None:
        canvas.wash(self.sky)
        for layer in range(_LAYERS):
            self._layer(canvas, layer, t)

    def _crest(self, layer: int, t: float, x: Floats) -> Floats:
        """The height of a layer's crest at `x`."""
        heights = (0.10, 0.042, 0.014)
        side = 1 if layer % 2 else -1
        waves = sum(
            height
            * np.sin(
                self.lengths[layer, k] * x
                + self.phases[layer, k]
                + side * self.stage.turn(t, self.turns[layer][k])
            )
            for k, height in enumerate(heights)
        )
        crest: Floats = self.base[layer] + waves * self.swell
        return crest

    def _layer(self, canvas: Canvas, layer: int, t: float) -> None:
        size, x = self.stage.size, self.across
        crest = self._rows(layer, t, x)
        top = max(0, int(crest.min()) // 2 * 2 - 2)
        bottom = size.height if layer == _LAYERS - 1 else int(self._rows(layer + 1, t, x).max()) // 2 * 2 + 4
        bottom = min(size.height, bottom)
        if bottom - top < 4:
            return
        mask = canvas.blank()[: bottom - top]
        ragged = min(bottom - top, int(crest.max()) - top + 2)
        below = (np.arange(ragged, dtype=np.int16) + 1)[:, None] * 16 - np.rint((crest - top) * 16).astype(
            np.int16
        )
        mask[:ragged] = np.minimum(np.clip(below, 0, 16) * 16, 255)
        mask[ragged:] = 255
        canvas.lay(self._shade(layer, t, top, bottom), mask, (0, top))

    def _rows(self, layer: int, t: float, x: Floats) -> Floats:
        """The crest in pixels from the frame's upper edge."""
        rows: Floats = (self._crest(layer, t, x) + np.float32(self.stage.half_height)) * np.float32(
            self.stage.unit
        )
        return rows

    def _shade(self, layer: int, t: float, top: int, bottom: int) -> Floats:
        """The layer's colours for the frame's rows `top` to `bottom`, small."""
        stage = self.stage
        rows = max(4, (bottom - top) * stage.rows // stage.size.height)
        middles = (np.arange(rows) + 0.5) / rows * (bottom - top) + top
        y = (middles / stage.unit - stage.half_height).astype(np.float32)
        x = stage.x[0]
        depth = y[:, None] - self._crest(layer, t, x)[None]
        fall = np.clip(depth / 0.42, 0, 1)
        rim = np.exp(-np.maximum(depth, 0) / 0.018) * np.float32(0.16)
        field = self.tops[layer] + (self.deeps[layer] - self.tops[layer]) * fall
        field = field * (1 + rim)
        if layer < _LAYERS - 1:
            shadow = np.exp(-np.maximum(self._crest(layer + 1, t, x)[None] - y[:, None], 0) / 0.07)
            field = field * (1 - np.float32(0.30) * shadow)
        shaded: Floats = field
        return shaded
