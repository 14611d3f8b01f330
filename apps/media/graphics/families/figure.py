"""Figure: a number from the narration, counted up, with a ring or bars that grow beside it."""

import math

import numpy as np

from apps.media.formats import FrameSize
from apps.media.graphics.canvas import Canvas
from apps.media.graphics.colour import Bytes, along, mix
from apps.media.graphics.families.big_word import ease
from apps.media.graphics.figures import Figure, figure_in
from apps.media.graphics.lettering import drawable, fitting_pixels, letters
from apps.media.graphics.recipe import Recipe
from apps.media.graphics.stage import Stage

_COUNT_S = 1.6
_BARS = 7


class FigureCallout:
    """The figure large in the upper part; a percentage fills a ring around it, anything else raises bars behind it.

    Without a figure in the words the ground stands alone.
    """

    def __init__(self, recipe: Recipe, size: FrameSize) -> None:
        self.stage = stage = Stage(recipe, size, small_pixels=24_000)
        palette = recipe.palette
        portrait = size.height > size.width
        self.middle = (size.width / 2, size.height * (0.37 if portrait else 0.38))
        self.figure = figure_in(recipe.words)
        away = np.hypot(stage.x, stage.y - np.float32(self.middle[1] / stage.unit - stage.half_height))
        self.away = away.astype(np.float32)
        self.ground = along(
            stage.gradient(
                [palette.surface, mix(palette.surface, palette.background, 0.6), palette.background],
                [0, 0.5, 1],
            ),
            self.away / np.float32(1.1),
        )
        self.radius = stage.unit * (0.36 if portrait else 0.28)
        self.heights = np.sort(stage.rng.uniform(0.3, 0.85, _BARS - 1))
        self.phase = stage.uniform(0, 6.28)
        self.numbers: dict[str, Bytes] = {}
        if self.figure is not None:
            self._set(self.figure)

    def _set(self, figure: Figure) -> None:
        """Choose the type's size once, by the figure's final and widest form."""
        stage, size = self.stage, self.stage.size
        final = figure.shown(figure.value)
        wide = self.radius * 1.38 if figure.is_share else size.width * 0.84
        high = self.radius * (0.62 if figure.is_share else 0.86)
        self.pixels = fitting_pixels(final, wide, high, "Anton")
        label = drawable((figure.label,))
        self.label: Bytes | None = None
        if label:
            room = self.radius * 1.15 if figure.is_share else size.width * 0.7
            self.label = letters(
                label[0],
                min(fitting_pixels(label[0], room, stage.unit, "Montserrat"), round(stage.unit * 0.058)),
                "Montserrat",
            )

    def paint(self, canvas: Canvas, t: float) -> None:
        stage, palette = self.stage, self.stage.palette
        breath = 0.34 + 0.06 * math.sin(stage.turn(t, 3))
        glow = np.exp(-self.away * self.away * np.float32(4.5))
        stage.wash(canvas, stage.light(self.ground, palette.secondary, glow * np.float32(breath)))
        if self.figure is None:
            return
        grown = ease(t / _COUNT_S)
        if self.figure.is_share:
            self._ring(canvas, self.figure.value / 100 * grown)
        else:
            self._bars(canvas, grown, t)
        self._number(canvas, self.figure, grown)

    def _number(self, canvas: Canvas, figure: Figure, grown: float) -> None:
        stage, palette = self.stage, self.stage.palette
        start = figure.value - 30 if figure.is_year else 0.0
        text = figure.shown(figure.value if grown > 0.999 else start + (figure.value - start) * grown)
        if text not in self.numbers:
            if len(self.numbers) > 80:
                self.numbers.clear()
            self.numbers[text] = letters(text, self.pixels, "Anton")
        mask = self.numbers[text]
        lift = stage.unit * 0.028 if self.label is not None else 0
        self._centred(canvas, mask, self.middle[1] - lift, palette.foreground, 1.0)
        if self.label is not None:
            below = self.middle[1] - lift + mask.shape[0] / 2 + stage.unit * 0.062
            colour = palette.accent if figure.is_share else palette.foreground
            self._centred(canvas, self.label, below, colour, ease((grown - 0.3) / 0.7))

    def _centred(self, canvas: Canvas, mask: Bytes, middle: float, colour: str, opacity: float) -> None:
        left = round(self.middle[0] - mask.shape[1] / 2) // 2 * 2
        top = round(middle - mask.shape[0] / 2) // 2 * 2
        if left >= 0 and top >= 0 and opacity > 0:
            canvas.stencil(mask, colour, opacity, (left, top))

    def _ring(self, canvas: Canvas, share: float) -> None:
        stage, palette = self.stage, self.stage.palette
        wide = stage.unit * 0.034
        turn = np.linspace(0, 2 * math.pi, 181) - math.pi / 2
        canvas.lines(
            self._around(turn, self.radius), mix(palette.surface, palette.foreground, 0.16), wide, closed=True
        )
        if share > 0.002:
            part = np.linspace(0, 2 * math.pi * share, max(3, round(200 * share))) - math.pi / 2
            canvas.lines(self._around(part, self.radius), palette.accent, wide)
            for angle in (part[0], part[-1]):
                place = self._around(np.array([angle]), self.radius)[0]
                canvas.disc(place[0], place[1], wide / 2, palette.accent)

    def _around(self, angles: np.ndarray, radius: float) -> np.ndarray:
        return np.stack(
            [self.middle[0] + radius * np.cos(angles), self.middle[1] + radius * np.sin(angles)], -1
        )

    def _bars(self, canvas: Canvas, grown: float, t: float) -> None:
        """Bars that rise to the last and highest, faint behind the number."""
        stage, palette, size = self.stage, self.stage.palette, self.stage.size
        wide, gap = stage.unit * 0.082, stage.unit * 0.036
        foot = self.middle[1] + self.radius * 0.92
        left = size.width / 2 - (_BARS * wide + (_BARS - 1) * gap) / 2
        for number in range(_BARS):
            high = 1.0 if number == _BARS - 1 else float(self.heights[number])
            breath = 1 + 0.02 * math.sin(stage.turn(t, 3) + number * 0.8 + self.phase)
            rise = ease(grown * 1.5 - number * 0.07) * high * self.radius * 1.9 * breath
            colour = mix(palette.surface, palette.accent if number == _BARS - 1 else palette.secondary, 0.38)
            at = left + number * (wide + gap)
            canvas.polygon(rounded(at, foot - rise, wide, rise, wide * 0.22), colour)


def rounded(left: float, top: float, width: float, height: float, radius: float) -> np.ndarray:
    """The outline (n, 2) of a rectangle with round upper corners."""
    radius = min(radius, width / 2, max(0.0, height))
    turn = np.linspace(0, math.pi / 2, 9)
    first = np.stack([left + radius - radius * np.cos(turn), top + radius - radius * np.sin(turn)], -1)
    second = np.stack(
        [left + width - radius + radius * np.sin(turn), top + radius - radius * np.cos(turn)], -1
    )
    return np.concatenate([[[left, top + height]], first, second, [[left + width, top + height]]])
