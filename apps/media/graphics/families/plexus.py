"""Plexus: points that drift and join hands when they come near."""

import cv2
import numpy as np
import numpy.typing as npt

from apps.media.formats import FrameSize
from apps.media.graphics.canvas import Canvas
from apps.media.graphics.colour import along, mix
from apps.media.graphics.recipe import Recipe
from apps.media.graphics.stage import Stage

_REACH = 0.235


class Plexus:
    """Points on closed paths, near ones larger; a line between two of them is the stronger the nearer they are."""

    def __init__(self, recipe: Recipe, size: FrameSize) -> None:
        self.stage = stage = Stage(recipe, size, small_pixels=24_000)
        palette = recipe.palette
        count = round((46 + 24 * stage.energy) * 4 * stage.half_width * stage.half_height)
        self.home = self._spread(count)
        self.depth = stage.rng.uniform(0.3, 1.0, count)
        self.phases = stage.rng.uniform(0, 2 * np.pi, (count, 4))
        self.paces = stage.rng.integers(1, stage.cycles(2, 4) + 1, (count, 2))
        self.swing = stage.rng.uniform(0.03, 0.09, (count, 2))
        angle = stage.uniform(0, 6.28)
        slope = (stage.x * np.cos(angle) + stage.y * np.sin(angle)) / (stage.half_width + stage.half_height)
        self.ground = along(
            stage.gradient(
                [palette.background, mix(palette.background, palette.surface, 0.55), palette.surface]
            ),
            slope + 0.5,
        )
        self.inks = [
            mix(palette.surface, palette.accent, 0.35 + 0.65 * share) for share in (0, 0.33, 0.66, 1)
        ]

    def _spread(self, count: int) -> npt.NDArray[np.float64]:
        """Places that keep their distance: each the best of eight tries."""
        stage, places = self.stage, np.zeros((0, 2))
        for _ in range(count):
            tries = stage.rng.uniform(-1.06, 1.06, (8, 2)) * [stage.half_width, stage.half_height]
            if len(places):
                nearest = np.min(np.linalg.norm(tries[:, None] - places[None], axis=2), axis=1)
                tries = tries[[int(np.argmax(nearest))]]
            places = np.append(places, tries[:1], axis=0)
        return places

    def paint(self, canvas: Canvas, t: float) -> None:
        stage, palette = self.stage, self.stage.palette
        turn = stage.turn(t)
        x = np.float32(0.5 * stage.half_width * np.sin(turn))
        y = np.float32(-0.3 * stage.half_height + 0.25 * stage.half_height * np.cos(turn))
        glow = np.exp(-((stage.x - x) ** 2 + (stage.y - y) ** 2) * np.float32(2.4))
        stage.wash(canvas, stage.light(self.ground, palette.secondary, glow * np.float32(0.42)))
        places = self.home + self.swing * np.stack(
            [
                np.sin(turn * self.paces[:, 0] + self.phases[:, 0]),
                np.cos(turn * self.paces[:, 1] + self.phases[:, 1]),
            ],
            -1,
        )
        pixels = (places + np.array([stage.half_width, stage.half_height])) * stage.unit
        seen = 1 - 0.7 * np.interp(places[:, 1], stage.y[:, 0], stage.calm[:, 0])
        self._join(canvas, places, pixels, seen)
        for place, depth, share in zip(pixels, self.depth, seen, strict=True):
            ink = self.inks[int(min(3, depth * share * 4))]
            canvas.disc(place[0], place[1], stage.unit * (0.0022 + 0.0034 * depth), ink)

    def _join(
        self,
        canvas: Canvas,
        places: npt.NDArray[np.float64],
        pixels: npt.NDArray[np.float64],
        seen: npt.NDArray[np.float64],
    ) -> None:
        stage = self.stage
        apart = np.linalg.norm(places[:, None] - places[None], axis=2)
        one, other = np.nonzero(np.triu(apart < _REACH, 1))
        strength = (1 - apart[one, other] / _REACH) * np.minimum(seen[one], seen[other])
        mask = canvas.blank()
        ends = np.rint(pixels * 16).astype(np.int32)
        width = max(1, round(stage.unit / 620))
        for index in np.argsort(strength):
            here, there = ends[one[index]].tolist(), ends[other[index]].tolist()
            cv2.line(mask, here, there, int(30 + 200 * strength[index]), width, cv2.LINE_AA, 4)
        canvas.stencil(mask, stage.palette.accent, 0.75)
