"""Frames and posters of a recipe."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Literal

import cv2
import numpy as np

from apps.media.formats import FrameSize
from apps.media.graphics.canvas import Canvas
from apps.media.graphics.colour import to_rgb
from apps.media.graphics.errors import UnknownFamily
from apps.media.graphics.families import FAMILIES, Painter
from apps.media.graphics.recipe import Recipe

_POSTER_AT = 0.4


def render_frames(
    recipe: Recipe,
    width: int,
    height: int,
    fps: float | Fraction,
    start_frame: int,
    count: int,
) -> Iterator[memoryview]:
    """`count` frames from number `start_frame` on, each `width * height * 3 // 2` bytes of yuv420p, all in the same
    memory: use or copy one before you ask for the next.

    BT.709, limited range: give FFmpeg `frame_input(width, height, fps)` before the pipe. Frame k is the same wherever
    the rendering started. Backgrounds go on (and repeat) after the recipe's duration. Raises UnknownFamily, and
    ValueError where the size is odd.
    """
    size = FrameSize(width, height)
    painter = _painter(recipe, size)
    return _frames(painter, Canvas(size), float(fps), start_frame, count)


def _frames(
    painter: Painter, canvas: Canvas, fps: float, start_frame: int, count: int
) -> Iterator[memoryview]:
    cv2.setNumThreads(1)
    for frame in range(start_frame, start_frame + count):
        painter.paint(canvas, frame / fps)
        yield canvas.frame


def frame_input(width: int, height: int, fps: float | Fraction) -> list[str]:
    """FFmpeg's options for a raw input that holds what `render_frames` yields."""
    return [
        "-f",
        "rawvideo",
        "-pix_fmt",
        "yuv420p",
        "-video_size",
        f"{width}x{height}",
        "-framerate",
        str(fps),
        "-color_range",
        "tv",
        "-colorspace",
        "bt709",
        "-color_primaries",
        "bt709",
        "-color_trc",
        "bt709",
    ]


def picture(recipe: Recipe, width: int, height: int, t: float) -> np.ndarray:
    """The frame at `t` seconds as 8-bit RGB (height, width, 3)."""
    cv2.setNumThreads(1)
    size = FrameSize(width + width % 2, height + height % 2)
    canvas = Canvas(size)
    _painter(recipe, size).paint(canvas, t)
    whole = (size.width, size.height)
    chroma = [cv2.resize(plane, whole, interpolation=cv2.INTER_LINEAR) for plane in (canvas.u, canvas.v)]
    return to_rgb(canvas.y, chroma[0], chroma[1])[:height, :width]


def poster(recipe: Recipe, width: int, height: int, file_format: Literal["png", "jpeg"] = "png") -> bytes:
    """A still of the recipe at two fifths of its length, as a PNG or JPEG file."""
    image = cv2.cvtColor(picture(recipe, width, height, recipe.duration_s * _POSTER_AT), cv2.COLOR_RGB2BGR)
    extension, options = (".png", []) if file_format == "png" else (".jpg", [cv2.IMWRITE_JPEG_QUALITY, 90])
    return cv2.imencode(extension, image, options)[1].tobytes()


def _painter(recipe: Recipe, size: FrameSize) -> Painter:
    try:
        family = FAMILIES[recipe.family]
    except KeyError:
        raise UnknownFamily(recipe.family, FAMILIES) from None
    return family.make(recipe, size)
