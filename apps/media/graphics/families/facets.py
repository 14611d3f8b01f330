"""Facets: a folded surface of triangles that catches the light as it moves."""

import numpy as np
import numpy.typing as npt

from apps.media.formats import FrameSize
from apps.media.graphics.canvas import Canvas
from apps.media.graphics.colour import OFFSETS, TO_YCC, along
from apps.media.graphics.recipe import Recipe
from apps.media.graphics.stage import Stage


class Facets:
    """Corners of a jittered grid rise and sink; every triangle is one flat colour, by its place and its slope."""

    def __init__(self, recipe: Recipe, size: FrameSize) -> None:
        self.stage = stage = Stage(recipe, size, small_pixels=4_000)
        palette = recipe.palette
        cell = 0.155
        self.columns, self.rows = (
            int(np.ceil(2 * half / cell)) + 3 for half in (stage.half_width, stage.half_height)
        )
        across, down = np.meshgrid(
            np.arange(self.columns) - (self.columns - 1) / 2, np.arange(self.rows) - (self.rows - 1) / 2
        )
        places = np.stack([across + 0.5 * (np.arange(self.rows) % 2)[:, None] - 0.25, down], -1) * cell
        self.places = places + stage.rng.uniform(-0.30, 0.30, places.shape) * cell
        self.phases = stage.rng.uniform(0, 2 * np.pi, (*places.shape[:2], 3))
        self.paces = stage.rng.integers(1, stage.cycles(1, 3) + 1, (*places.shape[:2], 2))
        self.corners = self._triangles()
        self.tones = stage.gradient(
            [palette.background, palette.surface, palette.secondary, palette.accent], [0.0, 0.38, 0.78, 1.0]
        )
        angle = stage.uniform(-0.9, 0.9) - np.pi / 2
        self.towards = np.array([np.cos(angle), np.sin(angle)])
        sun = np.array([np.cos(angle) * 0.6, np.sin(angle) * 0.6, 0.75])
        self.sun = sun / np.linalg.norm(sun)

    def _triangles(self) -> npt.NDArray[np.int64]:
        """Corner numbers (n, 3) of all triangles."""
        number = np.arange(self.rows * self.columns).reshape(self.rows, self.columns)
        a, b, c, d = number[:-1, :-1], number[:-1, 1:], number[1:, :-1], number[1:, 1:]
        even = (np.arange(self.rows - 1) % 2 == 0)[:, None]
        first = np.where(even[..., None], np.stack([a, b, c], -1), np.stack([a, b, d], -1))
        second = np.where(even[..., None], np.stack([b, d, c], -1), np.stack([a, d, c], -1))
        return np.concatenate([first.reshape(-1, 3), second.reshape(-1, 3)])

    def paint(self, canvas: Canvas, t: float) -> None:
        stage = self.stage
        turn = stage.turn(t)
        wobble = 0.022 * np.stack(
            [
                np.sin(turn * self.paces[..., 0] + self.phases[..., 0]),
                np.cos(turn * self.paces[..., 1] + self.phases[..., 1]),
            ],
            -1,
        )
        flat = (self.places + wobble).reshape(-1, 2)
        swell = 0.5 * np.sin(flat @ (self.towards * 4.2) - turn) + 0.5 * np.sin(flat[:, 0] * 3.1 + turn + 1.3)
        rise = 0.045 * np.sin(turn * self.paces[..., 0] + self.phases[..., 2]).ravel() + 0.05 * swell
        solid = np.concatenate([flat, rise[:, None]], -1)[self.corners]
        codes = self._codes(solid, swell[self.corners].mean(1))
        points = (solid[:, :, :2] + [stage.half_width, stage.half_height]) * stage.unit
        canvas.facets(points, codes)

    def _codes(self, solid: npt.NDArray[np.float64], swell: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
        """Y', Cb, Cr (n, 3) of each triangle."""
        stage = self.stage
        normal = np.cross(solid[:, 1] - solid[:, 0], solid[:, 2] - solid[:, 0])
        normal /= np.linalg.norm(normal, axis=1, keepdims=True)
        light = np.abs(normal @ self.sun)
        middle = solid[:, :, :2].mean(1)
        place = middle @ self.towards / (stage.half_width + stage.half_height)
        calm = np.interp(middle[:, 1], stage.y[:, 0], stage.calm[:, 0])
        share = (0.36 + 0.42 * place + 0.16 * swell) * (1 - 0.35 * calm)
        colour = along(self.tones, np.clip(share, 0, 1)[None].astype(np.float32))[:, 0].T
        lit = np.clip(colour * (0.55 + 0.62 * light)[:, None], 0, 1)
        codes: npt.NDArray[np.int64] = np.rint(lit @ TO_YCC.T + OFFSETS).astype(np.int64)
        return codes
