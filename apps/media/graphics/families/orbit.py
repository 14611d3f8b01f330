"""Orbit: fine rings of arcs, and a few worlds that travel on them."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from apps.media.formats import FrameSize
from apps.media.graphics.canvas import Canvas
from apps.media.graphics.colour import Bytes, along, mix
from apps.media.graphics.recipe import Recipe
from apps.media.graphics.stage import Stage

_RINGS = 13


@dataclass(frozen=True)
class _Ring:
    radius: float
    arcs: tuple[tuple[float, float], ...]
    turns: int
    brightness: int
    width: int
    world: float
    colour: str


class Orbit:
    """Rings around one middle, seen at a slant; each has its own arcs, pace and direction."""

    def __init__(self, recipe: Recipe, size: FrameSize) -> None:
        self.stage = stage = Stage(recipe, size)
        palette = recipe.palette
        self.middle = (
            stage.uniform(-0.10, 0.10),
            -stage.half_height * (0.22 if size.height > size.width else 0.08),
        )
        self.flat = stage.uniform(0.46, 0.9)
        self.lean = stage.uniform(-0.5, 0.5)
        away = np.hypot(stage.x - np.float32(self.middle[0]), stage.y - np.float32(self.middle[1]))
        self.away = away
        ground = along(
            stage.gradient(
                [mix(palette.surface, palette.secondary, 0.2), palette.surface, palette.background],
                [0, 0.25, 1],
            ),
            away / 1.05,
        )
        self.ground = ground
        self.tints = [mix(palette.surface, palette.accent, share) for share in (0.25, 0.45, 0.65, 0.85)]
        self.rings = [self._ring(number) for number in range(_RINGS)]

    def _ring(self, number: int) -> _Ring:
        stage, palette = self.stage, self.stage.palette
        radius = 0.10 + number * 0.072 + stage.uniform(-0.012, 0.012)
        whole = stage.rng.random() < 0.3
        starts = np.sort(stage.rng.uniform(0, 2 * np.pi, 4))
        arcs = (
            ((0.0, 2 * np.pi),)
            if whole
            else tuple((float(start), float(stage.uniform(0.25, 1.15))) for start in starts)
        )
        turns = (
            int(stage.rng.choice([-2, -1, 1, 2])) if stage.energy > 0.3 else int(stage.rng.choice([-1, 1]))
        )
        return _Ring(
            radius,
            arcs,
            turns,
            60 if whole else int(stage.rng.integers(95, 215)),
            max(1, round(stage.unit / 1080 * (2 if whole else stage.uniform(2, 6)))),
            stage.uniform(0.008, 0.024) if number % 3 == 1 or number == 0 else 0.0,
            (palette.accent, palette.secondary, palette.foreground)[int(stage.rng.integers(3))],
        )

    def _places(self, radius: float, angles: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Points of a ring in the frame's pixels."""
        x, y = radius * np.cos(angles), radius * np.sin(angles) * self.flat
        turned = np.stack(
            [
                x * np.cos(self.lean) - y * np.sin(self.lean) + self.middle[0] + self.stage.half_width,
                x * np.sin(self.lean) + y * np.cos(self.lean) + self.middle[1] + self.stage.half_height,
            ],
            -1,
        )
        return turned * self.stage.unit

    def paint(self, canvas: Canvas, t: float) -> None:
        stage, palette = self.stage, self.stage.palette
        core = np.exp(-self.away * self.away * np.float32(60 + 8 * np.sin(stage.turn(t, 2))))
        halo = np.exp(-self.away * np.float32(4.5))
        field = stage.light(self.ground, palette.secondary, halo * np.float32(0.4))
        field = stage.light(
            field,
            mix(palette.accent, palette.foreground, 0.3 if palette.is_dark else 0.0),
            core * np.float32(1.0 if palette.is_dark else 0.6),
        )
        worlds = [
            (ring, self._places(ring.radius, np.array([ring.turns * stage.turn(t) + ring.radius * 40]))[0])
            for ring in self.rings
            if ring.world
        ]
        for ring, place in worlds:
            self._glow(field, ring, place)
        stage.wash(canvas, field)
        canvas.stencil(self._arcs(canvas, t), palette.foreground, 0.7)
        for ring, place in worlds:
            canvas.disc(place[0], place[1], ring.world * stage.unit, ring.colour)

    def _glow(self, field: npt.NDArray[np.float32], ring: _Ring, place: npt.NDArray[np.float64]) -> None:
        stage = self.stage
        x, y = place / stage.unit - [stage.half_width, stage.half_height]
        reach = ring.world * 6
        rows = slice(stage.row(y - reach), stage.row(y + reach))
        columns = slice(stage.column(x - reach), stage.column(x + reach))
        part = field[:, rows, columns]
        if part.size:
            near = (stage.x[rows, columns] - np.float32(x)) ** 2 + (
                stage.y[rows, columns] - np.float32(y)
            ) ** 2
            strength = np.maximum(np.exp(-near / np.float32((ring.world * 2.4) ** 2)) - np.float32(0.002), 0)
            part[...] = stage.light(part, ring.colour, strength * np.float32(0.6))

    def _arcs(self, canvas: Canvas, t: float) -> Bytes:
        """Draw the coloured arcs, and return a mask of the quiet ones."""
        mask = canvas.blank()
        for number, ring in enumerate(self.rings):
            shift = ring.turns * self.stage.turn(t)
            for start, length in ring.arcs:
                steps = max(8, int(length * (14 + ring.radius * 40)))
                angles = np.linspace(start + shift, start + shift + length, steps)
                points = self._places(ring.radius, angles)
                if number % 3 == 1:
                    canvas.lines(points, self.tints[ring.brightness // 64], ring.width)
                else:
                    cv2.polylines(
                        mask,
                        [np.rint(points * 16).astype(np.int32)],
                        False,
                        ring.brightness,
                        ring.width,
                        cv2.LINE_AA,
                        4,
                    )
        return mask
