"""Stills in slow motion: frames drawn with sub-pixel steps (OpenCV), because FFmpeg's own zoom jumps between pixels."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from apps.media.formats import FrameSize
from apps.media.memory import one_at_a_time
from apps.media.probe import load_picture
from apps.media.scenes.sources import Motion

Plane = NDArray[np.uint8]

_ZOOM_PER_S, _LEAST_ZOOM, _MOST_ZOOM = 0.03, 0.06, 0.18
_PAN_PER_S, _PAN_ZOOM = 0.045, 1.06  # share of the frame's side
# RGB to limited-range Y'CbCr (Recommendation ITU-R BT.709): rows for Y', Cb, Cr; the last column is the offset.
_BT709 = np.array(
    [
        [0.18258588, 0.61423059, 0.06200706, 16.0],
        [-0.10064373, -0.33857195, 0.43921569, 128.0],
        [0.43921569, -0.39894216, -0.04027352, 128.0],
    ]
)


@dataclass(frozen=True)
class View:
    """The part of the canvas that fills the frame: its middle, and canvas pixels for each frame pixel."""

    x: float
    y: float
    step: float


def motion_frames(
    path: Path, motion: Motion, size: FrameSize, *, first: int, count: int, total: int, fps: int
) -> Iterator[memoryview]:
    """Frames `first` to `first + count` of a still that moves for `total` frames; yuv420p, BT.709, limited range.

    The same memory is used for every frame. Raises NotMedia where the picture cannot be read.
    """
    planes = _prepared(path, motion, size, total / fps)
    buffer = np.empty(size.frame_bytes, np.uint8)
    luma = size.width * size.height
    targets = [
        buffer[:luma].reshape(size.height, size.width),
        *buffer[luma:].reshape(2, size.height // 2, size.width // 2),
    ]
    for frame in range(first, first + count):
        view = _view(planes[0], motion, size, frame / max(1, total - 1), total / fps)
        for plane, target in zip(planes, targets, strict=True):
            _draw(plane, target, view, planes[0].shape[1] / plane.shape[1])
        yield buffer.data
        if motion is Motion.NONE:
            yield from (buffer.data for _ in range(count - 1))
            return


def zoom_of(seconds: float) -> float:
    """How much a still grows in so many seconds: slowly, but visibly also in a short scene."""
    return min(_MOST_ZOOM, max(_LEAST_ZOOM, _ZOOM_PER_S * seconds))


def _prepared(path: Path, motion: Motion, size: FrameSize, seconds: float) -> list[Plane]:
    """The planes that the frames are cut from. One picture at a time: this is where a worker needs most memory."""
    with one_at_a_time:
        picture = load_picture(path, least=round(max(size.width, size.height) * (1 + _MOST_ZOOM)))
        return _planes(_canvas(picture, motion, size, seconds))


def _canvas(picture: Image.Image, motion: Motion, size: FrameSize, seconds: float) -> Image.Image:
    """The picture, scaled so that it covers the frame at the closest view, and cut to what is ever seen."""
    closest = 1.0 if motion is Motion.NONE else _PAN_ZOOM if "pan" in motion else 1 + zoom_of(seconds)
    width, height = size.width * closest, size.height * closest
    scale = max(width / picture.width, height / picture.height)
    travel = 1 + _PAN_PER_S * seconds
    seen_x = min(
        picture.width * scale, width * (travel if motion in (Motion.PAN_LEFT, Motion.PAN_RIGHT) else 1)
    )
    seen_y = min(
        picture.height * scale, height * (travel if motion in (Motion.PAN_UP, Motion.PAN_DOWN) else 1)
    )
    left, top = (picture.width - seen_x / scale) / 2, (picture.height - seen_y / scale) / 2
    box = (
        max(0.0, left),
        max(0.0, top),
        min(picture.width, left + seen_x / scale),
        min(picture.height, top + seen_y / scale),
    )
    return picture.resize(
        (2 * -(-round(seen_x) // 2), 2 * -(-round(seen_y) // 2)),
        Image.Resampling.LANCZOS,
        box=box,
        reducing_gap=3.0,
    )


def _planes(canvas: Image.Image) -> list[Plane]:
    """Y', Cb and Cr of the canvas; the colours at half the size."""
    pixels = np.asarray(canvas)
    half = (canvas.width // 2, canvas.height // 2)
    luma, *colours = (np.asarray(cv2.transform(pixels, row[np.newaxis]), np.uint8) for row in _BT709)
    return [
        luma,
        *(np.asarray(cv2.resize(colour, half, interpolation=cv2.INTER_AREA), np.uint8) for colour in colours),
    ]


def _view(luma: Plane, motion: Motion, size: FrameSize, share: float, seconds: float) -> View:
    """What is seen after `share` (0 to 1) of the scene. Zooms grow by equal factors, so that their speed looks even."""
    height, width = luma.shape
    if motion in (Motion.ZOOM_IN, Motion.ZOOM_OUT):
        grown = share if motion is Motion.ZOOM_IN else 1 - share
        widest = min(width / size.width, height / size.height)
        return View(width / 2, height / 2, widest * (1 + zoom_of(seconds)) ** -grown)
    slack_x, slack_y = max(0.0, width - size.width), max(0.0, height - size.height)
    along_x, along_y = {
        Motion.PAN_LEFT: (1 - share, 0.5),
        Motion.PAN_RIGHT: (share, 0.5),
        Motion.PAN_UP: (0.5, 1 - share),
        Motion.PAN_DOWN: (0.5, share),
    }.get(motion, (0.5, 0.5))
    return View(size.width / 2 + slack_x * along_x, size.height / 2 + slack_y * along_y, 1.0)


def _draw(plane: Plane, target: Plane, view: View, subsampling: float) -> None:
    """Draw one plane of the view. Pixel centres lie at halves."""
    height, width = target.shape
    step = view.step
    matrix = np.array(
        [
            [step, 0.0, view.x / subsampling - 0.5 - step * (width / 2 - 0.5)],
            [0.0, step, view.y / subsampling - 0.5 - step * (height / 2 - 0.5)],
        ]
    )
    cv2.warpAffine(
        plane,
        matrix,
        (width, height),
        dst=target,
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
