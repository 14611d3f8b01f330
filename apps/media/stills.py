"""Single pictures: a frame of a video, or what a scene will look like."""

import io
import tempfile
from pathlib import Path
from typing import Literal

import numpy as np
from PIL import Image, ImageOps

from apps.media import bounds
from apps.media.errors import FFmpegFailed, NotMedia, disk_room
from apps.media.ffmpeg import capture
from apps.media.formats import FRAME_SIZES, FormatName, FrameSize
from apps.media.graphics import picture
from apps.media.probe import MOST_PIXELS, Probe, load_picture, probe_once, source_url
from apps.media.scenes.graph import SEEKABLE, build_graph
from apps.media.scenes.model import Look, Scene, Shot
from apps.media.scenes.plan import Segment
from apps.media.scenes.sources import Graphic, Source, Still

ImageKind = Literal["jpeg", "png"]

_JPEG_QUALITY = 88


def frame_at(path: Path, t_s: float, size: FrameSize | None = None, *, kind: ImageKind = "jpeg") -> bytes:
    """The frame shown at `t_s` seconds (the last one where the video is shorter), covering `size` if given.

    A picture file is its own frame. Raises NotMedia, FFmpegFailed, FFmpegTimeout.
    """
    facts = probe_once(path)
    if facts.still:
        return _encoded(_loaded(path, size), size, kind)
    if facts.video is None:
        raise NotMedia("There is no picture in this file: choose another one.")
    # The last picture may stand a little before the end: then step back.
    last = max(0.0, facts.video.duration_s - 0.5 / max(facts.video.fps, 1.0))
    for at in (min(max(0.0, t_s), last), max(0.0, last - 0.5), 0.0):
        if found := _grab(path, at, facts):
            return _encoded(found, size, kind)
    raise FFmpegFailed(f"no picture could be read from {path.name}")


def still_of_source(
    source: Source, format_name: FormatName, *, size: FrameSize | None = None, share: float = 0.4
) -> bytes:
    """JPEG of a source in the shape of a format, at `share` of its length. Default size: half the format's.

    Raises NotMedia, FFmpegFailed, FFmpegTimeout.
    """
    full = FRAME_SIZES[format_name]
    size = size or FrameSize(full.width // 4 * 2, full.height // 4 * 2)
    if isinstance(source, Graphic):
        pixels = picture(source.recipe, size.width, size.height, source.recipe.duration_s * share)
        return _encoded(Image.fromarray(np.asarray(pixels)), size, "jpeg")
    if isinstance(source, Still):
        return _encoded(_loaded(source.path, size), size, "jpeg")
    facts = probe_once(source.path)
    length_s = facts.video.duration_s - source.in_s if facts.video else 0.0
    return frame_at(source.path, source.in_s + max(0.0, length_s) * share, size)


def still_of_scene(scene: Scene, look: Look, format_name: FormatName, *, at_s: float | None = None) -> bytes:
    """JPEG of a scene as it will be rendered, with captions, title and watermark, in the look's size of the format.

    Default time: the middle of the scene's words. Raises NotMedia, FFmpegFailed, FFmpegTimeout, DiskFull.
    """
    if at_s is None:
        middle = scene.words[len(scene.words) // 2] if scene.words else None
        at_s = (middle.start_s + middle.end_s) / 2 if middle else scene.frames / look.fps * 0.4
    frame = min(max(0, round(at_s * look.fps)), scene.frames - 1)
    segment = Segment((Shot(scene, frame, 1),), look, 0)
    with disk_room(), tempfile.TemporaryDirectory(prefix="still-") as folder:
        graph = build_graph(segment, [format_name], Path(folder))
        inputs = [*graph.inputs, "-filter_complex", graph.text, "-map", "[out0]", "-frames:v", "1"]
        data = capture(
            [*inputs, "-f", "image2pipe", "-c:v", "png", "-"],
            feeders=graph.feeders,
            env=graph.env,
            cwd=Path(folder),
        )
    return _encoded(Image.open(io.BytesIO(data)), None, "jpeg")


def cover(image: Image.Image, size: FrameSize) -> Image.Image:
    """The middle of the image in this size, cut to its shape."""
    return ImageOps.fit(image, (size.width, size.height), Image.Resampling.LANCZOS)


def _loaded(path: Path, size: FrameSize | None) -> Image.Image:
    return load_picture(path, least=max(size.width, size.height) if size else None)


def _grab(path: Path, at_s: float, facts: Probe) -> Image.Image | None:
    """The picture that stands at a time: sought to the key frame before it, held until the next one comes."""
    seek = (
        ["-noaccurate_seek", "-ss", f"{at_s:.6f}"] if facts.container in SEEKABLE else ["-ss", f"{at_s:.6f}"]
    )
    rate = min(120.0, max(1.0, facts.video.fps if facts.video else 30.0))
    hold = f"settb=AVTB,fps={rate:.6f}:start_time=0,trim=end_frame=1"
    data = capture(
        [
            "-an",
            "-sn",
            "-dn",
            *("-threads", "2", "-max_pixels", str(MOST_PIXELS)),  # one picture, whatever the file asks for
            *seek,
            "-i",
            source_url(path),
            "-frames:v",
            "1",
            "-vf",
            f"{hold},scale=w='iw*max(1,sar)':h='ih/min(1,sar)',setsar=1",
            "-f",
            "image2pipe",
            "-c:v",
            "png",
            "-",
        ],
        time_limit_s=30.0,
        bounds=bounds.FRAME,
    )
    return Image.open(io.BytesIO(data)) if data else None


def _encoded(image: Image.Image, size: FrameSize | None, kind: ImageKind) -> bytes:
    image = image.convert("RGB")
    if size is not None and image.size != (size.width, size.height):
        image = cover(image, size)
    file = io.BytesIO()
    if kind == "png":
        image.save(file, "PNG")
    else:
        image.save(file, "JPEG", quality=_JPEG_QUALITY, optimize=True)
    return file.getvalue()
