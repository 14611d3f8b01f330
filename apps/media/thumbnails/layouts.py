"""The ways a thumbnail can be laid out. Each keeps the lower right corner free, where platforms write the length."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from apps.media.graphics.colour import mix, srgb
from apps.media.graphics.palettes import Palette, contrast, luminance, text_on
from apps.media.thumbnails.backdrop import HEIGHT, WIDTH, Canvas, lay, relative_luminance, soft
from apps.media.thumbnails.typeset import Setting, draw, fit, line_left, tokens

MARGIN = 56
BADGE = (1052, 612, WIDTH, HEIGHT)
"""Left, top, right and bottom of the corner where platforms lay the video's length: nothing is written there."""

_READABLE = 4.5
_SIZE = (WIDTH, HEIGHT)


@dataclass(frozen=True)
class Cover:
    """What a layout is given."""

    canvas: Canvas
    title: str
    palette: Palette
    language: str
    brand_name: str | None


def bold(cover: Cover) -> Canvas:
    """Very large capitals over the picture's left side, which is darkened just as far as the letters need."""
    found = tokens(cover.title, "Anton", cover.language, capitals=True)
    mirrored = bool(found) and found[0].right_to_left
    area = (MARGIN, 92, 800, (BADGE[1] - 16 if mirrored else HEIGHT - MARGIN) - 92)
    setting = fit(found, area[2], area[3], lines=4, largest=260, smallest=44)
    top = area[1] + (area[3] - setting.height) / 2
    left = WIDTH - MARGIN - area[2] if mirrored else area[0]
    plain, key = draw(setting, left, top, area[2], "start", _SIZE)
    across = np.linspace(0, 1, WIDTH, dtype=np.float32)[None].repeat(HEIGHT, 0)
    across = across[:, ::-1] if mirrored else across
    fall = np.clip(1.18 - across * 1.25, 0, 1) ** 0.8
    ink = cover.palette.foreground
    canvas = _readable(cover.canvas, fall, cover.palette.background, ink, plain | key)
    lay(canvas, soft(plain | key, 14, 0.75), _dark(cover.palette) if luminance(ink) > 0.4 else "#ffffff")
    _bar(canvas, cover.palette.accent, right=mirrored)
    lay(canvas, plain / 255, ink)
    lay(canvas, key / 255, _standing_out(cover.palette))
    return _brand(canvas, cover, MARGIN, 40, ink, right=mirrored)


def split(cover: Cover) -> Canvas:
    """A slanted panel of the palette's background holds the title; the picture stands beside it."""
    palette = cover.palette
    found = tokens(cover.title, "Montserrat", cover.language, capitals=False)
    setting = fit(found, 600, 470, lines=5, largest=132, smallest=36)
    mirrored = setting.right_to_left
    canvas = _shifted(cover.canvas, -250 if mirrored else 250)
    for reach, colour in ((46, palette.secondary), (22, palette.accent), (0, palette.background)):
        lay(canvas, _slant(748 + reach, 640 + reach, mirrored), colour)
    left = WIDTH - MARGIN - 600 if mirrored else MARGIN
    top = 128 + (470 - setting.height) / 2
    plain, key = draw(setting, left, top, 600, "start", _SIZE)
    lay(canvas, plain / 255, palette.foreground)
    lay(canvas, key / 255, _standing_out(palette))
    rule = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.rectangle(
        rule,
        (WIDTH - MARGIN - 96, 96) if mirrored else (MARGIN, 96),
        (WIDTH - MARGIN, 105) if mirrored else (MARGIN + 96, 105),
        255,
        -1,
    )
    lay(canvas, rule / 255, palette.accent)
    return _brand(canvas, cover, MARGIN, 40, palette.foreground, right=mirrored)


def card(cover: Cover) -> Canvas:
    """Each line of the title on its own block of colour, low on the left; the picture is seen whole."""
    palette = cover.palette
    found = tokens(cover.title, "Poppins", cover.language, capitals=False)
    setting = fit(found, 900, 400, lines=4, largest=118, smallest=38)
    canvas = cover.canvas.copy()
    lay(canvas, np.linspace(0, 0.62, HEIGHT)[:, None].repeat(WIDTH, 1) ** 1.3, palette.background)
    if cover.brand_name:
        _topped(canvas, palette)
    pad_x, pad_y = round(setting.pixels * 0.26), round(setting.pixels * 0.15)
    step = setting.line_height + round(setting.pixels * 0.16)
    spread = Setting(setting.lines, setting.pixels, setting.above, step, setting.right_to_left)
    high = setting.line_height - round(setting.pixels * 0.20)
    foot = BADGE[1] - 16 if setting.right_to_left else HEIGHT - MARGIN
    top = foot - pad_y - (step * (len(setting.lines) - 1) + high)
    left = WIDTH - MARGIN - 900 - pad_x if setting.right_to_left else MARGIN + pad_x
    blocks = np.zeros((2, HEIGHT, WIDTH), np.uint8)
    for number, wide in enumerate(setting.widths()):
        x, y = line_left(setting, left, 900, "start", wide), top + number * step
        lit = any(token.key for token in setting.lines[number])
        _rounded(
            blocks[int(lit)], x - pad_x, y - pad_y, wide + 2 * pad_x, high + 2 * pad_y, setting.pixels * 0.12
        )
    lay(canvas, soft(blocks.max(0), 16, 0.5), "#000000")
    lay(canvas, blocks[0] / 255, palette.background)
    lay(canvas, blocks[1] / 255, palette.accent)
    for number, ink in enumerate((palette.foreground, text_on(palette.accent))):
        lines = tuple(
            line if any(token.key for token in line) == bool(number) else () for line in setting.lines
        )
        plain, key = draw(
            Setting(lines, spread.pixels, spread.above, step, spread.right_to_left),
            left,
            top,
            900,
            "start",
            _SIZE,
        )
        lay(canvas, (plain | key) / 255, ink)
    return _brand(canvas, cover, MARGIN, 44, "#ffffff", right=setting.right_to_left)


def spotlight(cover: Cover) -> Canvas:
    """Outlined capitals in the middle of the picture, whose edges fall into the dark."""
    palette = cover.palette
    found = tokens(cover.title, "Montserrat", cover.language, capitals=True)
    setting = fit(found, 1040, 440, lines=4, largest=170, smallest=40)
    top = 112 + (440 - setting.height) / 2
    plain, key = draw(setting, 120, top, 1040, "centre", _SIZE)
    outline = draw(setting, 120, top, 1040, "centre", _SIZE, stroke=max(2.0, setting.pixels * 0.075))
    across, down = np.meshgrid(np.linspace(-1, 1, WIDTH), np.linspace(-1, 1, HEIGHT))
    edge = np.clip(0.34 + 0.60 * np.clip(np.hypot(across * 0.9, down) - 0.25, 0, 1) ** 1.1, 0, 1)
    canvas = cover.canvas.copy()
    lay(canvas, edge, _dark(palette))
    outlined = outline[0] | outline[1]
    lay(canvas, soft(outlined, 18, 0.8), "#000000")
    lay(canvas, outlined / 255, _dark(palette))
    ink = _bright(palette)
    lay(canvas, plain / 255, "#ffffff")
    lay(canvas, key / 255, ink)
    _underline(canvas, setting, top, ink)
    return _brand(canvas, cover, MARGIN, 40, "#ffffff", right=setting.right_to_left)


LAYOUTS: Mapping[str, Callable[[Cover], Canvas]] = {
    "bold": bold,
    "split": split,
    "card": card,
    "spotlight": spotlight,
}


def _readable(
    canvas: Canvas, fall: npt.NDArray[np.floating], shade: str, ink: str, letters: npt.NDArray[np.uint8]
) -> Canvas:
    """The picture under as much of `shade` as makes `ink` readable at (almost) every place where letters stand."""
    around = cv2.dilate(letters, np.ones((9, 9), np.uint8)) > 127
    bright = luminance(ink)
    shaded = canvas.copy()
    for strength in (0.55, 0.65, 0.75, 0.85, 0.92, 0.96, 1.0):
        shaded = canvas.copy()
        lay(shaded, np.clip(fall * strength * 1.1, 0, strength), shade)
        if not around.any():
            break
        worst = float(np.percentile(relative_luminance(shaded[:, around]), 96 if bright > 0.4 else 4))
        if (max(bright, worst) + 0.05) / (min(bright, worst) + 0.05) >= _READABLE:
            break
    return shaded


def _standing_out(palette: Palette) -> str:
    """The accent, brought towards the text's colour until it reads on the background."""
    share = 0.0
    while share < 1.0:
        colour = mix(palette.accent, palette.foreground, share)
        if contrast(colour, palette.background) >= _READABLE:
            return colour
        share += 0.15
    return palette.foreground


def _dark(palette: Palette) -> str:
    """The palette's darkest shade, made darker."""
    darkest = min((palette.background, palette.foreground), key=luminance)
    return mix(darkest, "#000000", 0.35)


def _bright(palette: Palette) -> str:
    """The accent, light enough to be read on black."""
    share = 0.0
    while contrast(mix(palette.accent, "#ffffff", share), "#0a0a0e") < 7.0 and share < 1.0:
        share += 0.1
    return mix(palette.accent, "#ffffff", min(1.0, share))


def _bar(canvas: Canvas, colour: str, *, right: bool) -> None:
    canvas[:, :, slice(WIDTH - 16, WIDTH) if right else slice(0, 16)] = srgb(colour)[:, None, None]


def _topped(canvas: Canvas, palette: Palette) -> None:
    """Let the upper edge fall into the dark, for the brand's name to be read on."""
    fall = np.clip(1 - np.arange(HEIGHT) / 170, 0, 1)[:, None].repeat(WIDTH, 1) ** 1.2
    lay(canvas, fall * 0.72, _dark(palette))


def _slant(top: float, bottom: float, mirrored: bool) -> npt.NDArray[np.float32]:
    """A panel from the left edge to a slanted line, or its mirror image."""
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    corners = np.array([[-20, -20], [top, -20], [bottom, HEIGHT + 20], [-20, HEIGHT + 20]]) * 16
    cv2.fillPoly(mask, [np.rint(corners).astype(np.int32)], 255, cv2.LINE_AA, 4)
    panel = mask[:, ::-1] if mirrored else mask
    return panel.astype(np.float32) / np.float32(255)


def _shifted(canvas: Canvas, by: int) -> Canvas:
    """The picture with its middle moved sideways, so that it stands in the middle of what is seen of it."""
    moved = np.array([[1, 0, by], [0, 1, 0]], np.float32)
    return np.stack(
        [cv2.warpAffine(plane, moved, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REFLECT) for plane in canvas]
    )


def _rounded(
    mask: npt.NDArray[np.uint8], x: float, y: float, width: float, height: float, radius: float
) -> None:
    turn = np.linspace(0, np.pi / 2, 8)
    corner = np.stack([np.cos(turn), np.sin(turn)], -1) * radius
    right, bottom = x + width - radius, y + height - radius
    left, top = x + radius, y + radius
    points = np.concatenate(
        [
            np.array([right, bottom]) + corner,
            np.array([left, bottom]) + corner[::-1] * [-1, 1],
            np.array([left, top]) - corner,
            np.array([right, top]) + corner[::-1] * [1, -1],
        ]
    )
    cv2.fillPoly(mask, [np.rint(points * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)


def _underline(canvas: Canvas, setting: Setting, top: float, colour: str) -> None:
    y = top + setting.height + 34
    if not setting.lines or y > BADGE[1] - 10:
        return
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    _rounded(mask, WIDTH / 2 - 90, y, 180, 12, 6)
    lay(canvas, mask / 255, colour)


def _brand(canvas: Canvas, cover: Cover, side: int, top: int, ink: str, *, right: bool) -> Canvas:
    """The brand's name, small, in an upper corner."""
    found = tokens(cover.brand_name or "", "Montserrat", cover.language, capitals=False)
    if not found:
        return canvas
    setting = fit(found, 520, 30, lines=1, largest=30, smallest=18)
    left = WIDTH - side - 520 if right else side
    plain, key = draw(setting, left, top, 520, "start" if right == setting.right_to_left else "end", _SIZE)
    letters = plain | key
    lay(canvas, soft(letters, 6, 0.8), "#000000" if luminance(ink) > 0.4 else "#ffffff")
    lay(canvas, letters / 255 * 0.92, ink)
    return canvas
