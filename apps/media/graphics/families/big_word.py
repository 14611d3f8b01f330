"""Big word: the narration's key words as large moving type."""

import math

import cv2
import numpy as np

from apps.media.formats import FrameSize
from apps.media.graphics.canvas import Canvas
from apps.media.graphics.colour import Bytes, Floats, along, mix, srgb
from apps.media.graphics.lettering import drawable, fitting_pixels, letters
from apps.media.graphics.recipe import Recipe
from apps.media.graphics.stage import LOOP_S, Stage

_FACES = ("Anton", "Montserrat", "Poppins", "Anton")
_TILT = math.radians(-7)


class BigWord:
    """Type over a quiet ground, in one of three settings: rows that run past, a word and its echoes, a stacked poster.

    Words in scripts that cannot be drawn are left out; without any the ground stands alone.
    """

    def __init__(self, recipe: Recipe, size: FrameSize) -> None:
        self.stage = stage = Stage(recipe, size, small_pixels=24_000)
        palette = recipe.palette
        angle = stage.uniform(0, 2 * math.pi)
        self.slope = (
            (stage.x * math.cos(angle) + stage.y * math.sin(angle)) / (stage.half_width + stage.half_height)
        ).astype(np.float32)
        self.tones = stage.gradient(
            [palette.background, mix(palette.background, palette.surface, 0.75), palette.surface]
        )
        words = drawable(recipe.words)[:4]
        face = _FACES[int(stage.rng.integers(len(_FACES)))]
        choice = int(stage.rng.integers(3))
        self.setting: Rows | Echoes | Poster | None = None
        if words and choice == 0:
            self.setting = Rows(stage, words, face)
        elif words and (choice == 1 or len(words) == 1):
            self.setting = Echoes(stage, words[0], face)
        elif words:
            self.setting = Poster(stage, words[:3], face)

    def paint(self, canvas: Canvas, t: float) -> None:
        stage, palette = self.stage, self.stage.palette
        turn = stage.turn(t)
        x, y = 0.5 * stage.half_width * math.sin(turn), -0.25 * stage.half_height + 0.2 * math.cos(turn)
        glow = np.exp(-((stage.x - np.float32(x)) ** 2 + (stage.y - np.float32(y)) ** 2) * np.float32(2.2))
        ground = along(self.tones, self.slope + np.float32(0.5 + 0.06 * math.sin(turn)))
        field = stage.light(ground, palette.secondary, glow * np.float32(0.30))
        stage.wash(canvas, field)
        if self.setting is not None:
            self.setting.paint(canvas, t, field)


def ease(share: float) -> float:
    """From 0 to 1, quick at first and gentle at the end."""
    return 1 - (1 - min(1.0, max(0.0, share))) ** 4


class Rows:
    """Rows of the words in outline that run past each other at a slant; one row is filled."""

    def __init__(self, stage: Stage, words: tuple[str, ...], face: str) -> None:
        self.stage = stage
        size = stage.size
        reach = abs(math.sin(_TILT))
        self.wide = round(size.width * math.cos(_TILT) + size.height * reach) + 4
        high = round(size.height * math.cos(_TILT) + size.width * reach) + 4
        self.row = max(8, round(stage.unit * 0.205))
        self.count = math.ceil(high / self.row)
        self.high = self.count * self.row
        self.filled = round(self.count * 0.36)
        line = max(1.0, stage.unit / 1080 * 2.4)
        strips = {}
        for number in range(self.count):
            word, solid = words[number % len(words)], number == self.filled
            if (word, solid) not in strips:
                strips[word, solid] = self._strip(word, face, 0.0 if solid else line)
        self.strips = [
            strips[words[number % len(words)], number == self.filled] for number in range(self.count)
        ]
        self.pace = stage.unit * (0.04 + 0.06 * stage.energy)
        self.sheet = np.zeros((self.high, self.wide), np.uint8)
        self.matrix = self._matrix()
        self.inks = self._inks()

    def _strip(self, word: str, face: str, outline: float) -> tuple[Bytes, int]:
        """A row long enough to run, and the distance after which it repeats."""
        row = self.row
        pixels = fitting_pixels("H" if word.isascii() else word, 1e9, row * 0.76, face)
        mask = letters(word, pixels, face, outline)
        if mask.shape[0] > row:
            mask = cv2.resize(
                mask, (round(mask.shape[1] * row / mask.shape[0]), row), interpolation=cv2.INTER_AREA
            )
        period = mask.shape[1] + round(row * 0.42)
        strip = np.zeros((row, period), np.uint8)
        top = (row - mask.shape[0]) // 2
        strip[top : top + mask.shape[0], : mask.shape[1]] = mask
        times = math.ceil((self.wide + 2) / period) + 1
        return np.tile(strip, (1, times)), period

    def _matrix(self) -> np.ndarray:
        size = self.stage.size
        matrix = cv2.getRotationMatrix2D((self.wide / 2, self.high / 2), -math.degrees(_TILT), 1.0)
        matrix[:, 2] += np.array([size.width / 2 - self.wide / 2, size.height / 2 - self.high / 2])
        return matrix

    def _inks(self) -> tuple[Floats, Floats]:
        """The colour of the type at each place (small), and how much of it is seen."""
        stage, palette = self.stage, self.stage.palette
        inverse = cv2.invertAffineTransform(self.matrix)
        px, py = (stage.x + stage.half_width) * stage.unit, (stage.y + stage.half_height) * stage.unit
        row = (inverse[1, 0] * px + inverse[1, 1] * py + inverse[1, 2]) / self.row
        solid = np.clip(1.2 - np.abs(row - self.filled - 0.5) * 1.25, 0, 1) > 0.5
        ink = np.where(
            solid,
            srgb(palette.accent)[:, None, None],
            srgb(mix(palette.surface, palette.foreground, 0.6))[:, None, None],
        )
        seen = np.where(solid, 0.96, 0.55) * (1 - 0.75 * stage.calm)
        return ink.astype(np.float32), seen.astype(np.float32)

    def paint(self, canvas: Canvas, t: float, field: Floats) -> None:
        size = self.stage.size
        for number, (strip, period) in enumerate(self.strips):
            runs = max(1, round(self.pace * (1.0, 0.72, 1.25)[number % 3] * LOOP_S / period))
            moved = (t / LOOP_S * runs * period * (1 if number % 2 else -1) + number * period * 0.37) % period
            whole, part = int(moved), moved % 1.0
            now, following = strip[:, whole : whole + self.wide], strip[:, whole + 1 : whole + 1 + self.wide]
            row = self.sheet[number * self.row : (number + 1) * self.row]
            cv2.addWeighted(now, 1 - part, following, part, 0, dst=row)
        mask = cv2.warpAffine(self.sheet, self.matrix, (size.width, size.height), flags=cv2.INTER_LINEAR)
        ink, seen = self.inks
        canvas.lay(field + (ink - field) * seen, mask)


class Echoes:
    """One word, filled, and copies of its outline that part from it upwards and downwards."""

    def __init__(self, stage: Stage, word: str, face: str) -> None:
        self.stage = stage
        size = stage.size
        wide = size.width * (0.86 if size.height >= size.width else 0.74)
        high = size.height * (0.20 if size.height > size.width else 0.25)
        pixels = fitting_pixels(word, wide, high, face)
        self.solid = letters(word, pixels, face)
        self.outline = letters(word, pixels, face, max(1.0, stage.unit / 1080 * 2.5))
        self.middle = size.height * (0.40 if size.height > size.width else 0.42)

    def paint(self, canvas: Canvas, t: float, field: Floats) -> None:
        stage, palette = self.stage, self.stage.palette
        spread = ease(t / 1.4) * (0.96 + 0.05 * math.sin(stage.turn(t, 2)))
        height = self.solid.shape[0]
        for number in (3, 2, 1):
            for side in (-1, 1):
                place = self.middle + side * number * spread * (height + stage.unit * 0.028)
                self._put(canvas, self.outline, place, palette.foreground, 0.46 / number**0.8)
        self._put(canvas, self.solid, self.middle, palette.accent, 0.35 + 0.65 * ease(t / 0.7))

    def _put(self, canvas: Canvas, mask: Bytes, middle: float, colour: str, opacity: float) -> None:
        """Lay the word with its middle at that height, to a fraction of a pixel, fainter near the captions."""
        size = self.stage.size
        place = middle - mask.shape[0] / 2
        top = math.floor(place / 2) * 2
        moved = shifted(mask, place - top)
        calm = float(
            np.interp(middle / size.height, np.linspace(0, 1, self.stage.rows), self.stage.calm[:, 0])
        )
        first, last = max(0, -top), min(moved.shape[0], size.height - top)
        left = (size.width - moved.shape[1]) // 4 * 2
        if last - first >= 2 and left >= 0:
            shown = np.ascontiguousarray(moved[first:last])
            canvas.stencil(shown, colour, opacity * (1 - 0.7 * calm), (left, top + first))


def shifted(mask: Bytes, down: float) -> Bytes:
    """The mask moved down by up to two pixels, with two rows more."""
    taller = cv2.copyMakeBorder(mask, 2, 2, 0, 0, cv2.BORDER_CONSTANT, value=0)
    whole, part = int(down), down - int(down)
    rows = mask.shape[0] + 2
    return cv2.addWeighted(
        taller[2 - whole : 2 - whole + rows], 1 - part, taller[1 - whole : 1 - whole + rows], part, 0
    )


class Poster:
    """Two or three words, each as wide as the others, stacked into a block that comes slowly nearer."""

    def __init__(self, stage: Stage, words: tuple[str, ...], face: str) -> None:
        self.stage = stage
        size = stage.size
        portrait = size.height > size.width
        self.area = (size.width, round(size.height * (0.62 if portrait else 0.68)) // 2 * 2)
        wide = size.width * 0.80 if portrait else size.width * 0.56
        gap = stage.unit * 0.035
        room = self.area[1] * 0.84 - gap * (len(words) - 1)
        sizes = [fitting_pixels(word, wide, wide * 0.42, face) for word in words]
        high = sum(letters(word, pixels, face).shape[0] for word, pixels in zip(words, sizes, strict=True))
        line = max(1.0, stage.unit / 1080 * 3)
        masks = [
            letters(word, int(pixels * min(1.0, room / high)), face, line if number % 2 else 0.0)
            for number, (word, pixels) in enumerate(zip(words, sizes, strict=True))
        ]
        total = sum(mask.shape[0] for mask in masks) + gap * (len(masks) - 1)
        top = (self.area[1] * 1.06 - total) / 2
        self.blocks = []
        for mask in masks:
            self.blocks.append((mask, (self.area[0] - mask.shape[1]) / 2, top))
            top += mask.shape[0] + gap

    def paint(self, canvas: Canvas, t: float, field: Floats) -> None:
        stage, palette = self.stage, self.stage.palette
        scale = 1 + 0.05 * math.sin(math.pi * min(1.0, t / max(stage.recipe.duration_s, 4.0)) - math.pi / 2)
        middle = (self.area[0] / 2, self.area[1] / 2)
        for number, (mask, left, top) in enumerate(self.blocks):
            shown = ease((t - 0.16 * number) / 0.8)
            slide = (1 - shown) * stage.unit * 0.10 * (1 if number % 2 else -1)
            matrix = np.array(
                [
                    [scale, 0, (left - middle[0]) * scale + middle[0] + slide],
                    [0, scale, (top - middle[1]) * scale + middle[1]],
                ]
            )
            part = cv2.warpAffine(mask, matrix, self.area, flags=cv2.INTER_LINEAR)
            colour = palette.accent if number == len(self.blocks) - 1 else palette.foreground
            canvas.stencil(part, colour, 0.92 * shown)
