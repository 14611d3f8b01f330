"""Shapes: large geometric forms of coloured glass that drift and turn."""

from dataclasses import dataclass

import cv2
import numpy as np

from apps.media.formats import FrameSize
from apps.media.graphics.canvas import Canvas
from apps.media.graphics.colour import Bytes, Floats, along, mix
from apps.media.graphics.recipe import Recipe
from apps.media.graphics.stage import LOOP_S, Stage

_SPRITE = 384


@dataclass(frozen=True)
class _Shape:
    sprite: Bytes
    x: float
    y: float
    size: float
    angle: float
    turns: int
    drift: float
    phase: float
    pace: int
    colour: str
    opacity: float


class Shapes:
    """Circles, rings, pills, half discs and soft squares; each fades from one side to the other, far ones smaller."""

    def __init__(self, recipe: Recipe, size: FrameSize) -> None:
        self.stage = stage = Stage(recipe, size, small_pixels=16_000)
        palette = recipe.palette
        angle = stage.uniform(0, 6.28)
        slope = (
            (stage.x * np.cos(angle) + stage.y * np.sin(angle)) / (stage.half_width + stage.half_height)
        ).astype(np.float32)
        self.ground = along(
            stage.gradient(
                [palette.background, mix(palette.background, palette.surface, 0.6), palette.surface]
            ),
            slope * np.float32(1.1) + np.float32(0.5),
        )
        self.shapes = self._shapes()

    def _shapes(self) -> list[_Shape]:
        stage, palette = self.stage, self.stage.palette
        large_makers, small_makers = (
            (_disc, _ring, _half, _disc, _pill),
            (_disc, _ring, _pill, _half, _square, _ring),
        )
        colours = (
            palette.accent,
            palette.secondary,
            palette.secondary,
            mix(palette.accent, palette.secondary, 0.5),
        )
        places = self._places(round(9 * max(1.0, 2.4 * stage.half_width * stage.half_height)))
        shapes = []
        for number, (x, y) in enumerate(places):
            large = number < 4
            makers = large_makers if large else small_makers
            low = max(0.0, y / stage.half_height)
            shapes.append(
                _Shape(
                    sprite=makers[int(stage.rng.integers(len(makers)))](),
                    x=x,
                    y=y,
                    size=stage.uniform(0.42, 0.68) if large else stage.uniform(0.08, 0.24),
                    angle=stage.uniform(0, 360),
                    turns=int(stage.rng.choice([-1, 1])) if large else int(stage.rng.choice([-2, -1, 1, 2])),
                    drift=stage.uniform(0.02, 0.05) if large else stage.uniform(0.04, 0.10),
                    phase=stage.uniform(0, 6.28),
                    pace=1 if large else stage.cycles(1, 3),
                    colour=colours[int(stage.rng.integers(len(colours)))],
                    opacity=(stage.uniform(0.35, 0.65) if large else stage.uniform(0.7, 0.95))
                    * (1 - 0.5 * min(1.0, low)),
                )
            )
        return shapes

    def _places(self, count: int) -> list[tuple[float, float]]:
        stage = self.stage
        places: list[tuple[float, float]] = []
        for _ in range(count):
            tries = stage.rng.uniform(-1.0, 1.0, (10, 2)) * [stage.half_width, stage.half_height]
            far = [
                min((float(np.hypot(*(one - np.array(place)))) for place in places), default=1.0)
                for one in tries
            ]
            best = tries[int(np.argmax(far))]
            places.append((float(best[0]), float(best[1])))
        return places

    def paint(self, canvas: Canvas, t: float) -> None:
        stage = self.stage
        turn = stage.turn(t)
        spots = [
            (
                shape,
                shape.x + shape.drift * np.sin(shape.pace * turn + shape.phase),
                shape.y + shape.drift * np.cos(shape.pace * turn + shape.phase * 1.7),
            )
            for shape in self.shapes
        ]
        stage.wash(canvas, self._lit(spots))
        for shape, x, y in spots:
            self._put(canvas, shape, x, y, shape.angle + 360 * shape.turns * t / LOOP_S)

    def _lit(self, spots: list[tuple[_Shape, float, float]]) -> Floats:
        """The ground with a little of the large shapes' colour spilt around them."""
        stage, field = self.stage, self.ground
        for shape, x, y in spots[:4]:
            away = ((stage.x - np.float32(x)) ** 2 + (stage.y - np.float32(y)) ** 2) / np.float32(
                shape.size**2
            )
            field = stage.light(
                field, shape.colour, np.exp(-away * np.float32(1.6)) * np.float32(0.30 * shape.opacity)
            )
        return field

    def _put(self, canvas: Canvas, shape: _Shape, x: float, y: float, angle: float) -> None:
        size = self.stage.size
        px, py = self.stage.pixels(x, y)
        reach = shape.size * self.stage.unit * 0.72
        left, top = (max(0, int(value - reach) // 2 * 2) for value in (px, py))
        right, bottom = (
            min(size.width, int(px + reach) // 2 * 2 + 2),
            min(size.height, int(py + reach) // 2 * 2 + 2),
        )
        if right - left < 4 or bottom - top < 4:
            return
        scale = shape.size * self.stage.unit / _SPRITE
        matrix = cv2.getRotationMatrix2D((_SPRITE / 2, _SPRITE / 2), angle, scale)
        matrix[:, 2] += np.array([px - left - _SPRITE / 2, py - top - _SPRITE / 2])
        flags = cv2.INTER_LINEAR if scale > 0.5 else cv2.INTER_AREA
        mask = cv2.warpAffine(shape.sprite, matrix, (right - left, bottom - top), flags=flags)
        canvas.stencil(mask, shape.colour, shape.opacity, (left, top), soft=True)


def _faded(mask: Bytes, least: float) -> Bytes:
    """The mask with its opacity falling from the left side to `least` at the right."""
    fall = np.linspace(1.0, least, _SPRITE, dtype=np.float32)[None].repeat(_SPRITE, 0)
    return cv2.multiply(mask, np.rint(fall * 255).astype(np.uint8), scale=1 / 255)


def _blank() -> Bytes:
    return np.zeros((_SPRITE, _SPRITE), np.uint8)


def _disc() -> Bytes:
    return _faded(
        cv2.circle(_blank(), (_SPRITE // 2, _SPRITE // 2), _SPRITE // 2 - 3, 255, -1, cv2.LINE_AA), 0.08
    )


def _ring() -> Bytes:
    middle, radius = (_SPRITE // 2, _SPRITE // 2), _SPRITE * 2 // 5
    return _faded(cv2.circle(_blank(), middle, radius, 255, _SPRITE // 9, cv2.LINE_AA), 0.25)


def _pill() -> Bytes:
    ends = (_SPRITE // 6, _SPRITE // 2), (_SPRITE * 5 // 6, _SPRITE // 2)
    return _faded(cv2.line(_blank(), *ends, 255, _SPRITE // 4, cv2.LINE_AA), 0.05)


def _half() -> Bytes:
    middle, radius = (_SPRITE // 2, _SPRITE // 2), _SPRITE // 2 - 3
    return _faded(cv2.ellipse(_blank(), middle, (radius, radius), 0, 0, 180, 255, -1, cv2.LINE_AA), 0.2)


def _square() -> Bytes:
    low, high, round_ = _SPRITE // 5, _SPRITE * 4 // 5, _SPRITE // 9
    mask = cv2.rectangle(_blank(), (low, low), (high, high), 255, -1)
    mask = cv2.line(mask, (low, low), (high, low), 255, round_, cv2.LINE_AA)
    for ends in (((high, low), (high, high)), ((high, high), (low, high)), ((low, high), (low, low))):
        mask = cv2.line(mask, *ends, 255, round_, cv2.LINE_AA)
    return _faded(mask, 0.12)
