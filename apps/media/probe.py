"""What is in a media file, read with ffprobe."""

import json
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError

from apps.media import bounds
from apps.media.binaries import ffprobe_path
from apps.media.errors import FFmpegFailed, NotMedia
from apps.media.process import Watch, run_process

_TIME_LIMIT_S = 30.0
_TAIL_S = 2.0
_READ_PROTOCOLS = ("-protocol_whitelist", "file")
# Playlists, scripts and drawings (hls, concat, svg …) are left out: they can name other files and addresses.
_CONTAINERS = frozenset(
    {
        "aac",
        "aiff",
        "asf",
        "avi",
        "flac",
        "flv",
        "gif",
        "matroska",
        "mov",
        "mp3",
        "mp4",
        "mpeg",
        "mpegts",
        "ogg",
        "wav",
        "webm",
        "w64",
    }
)
MOST_PIXELS = 64_000_000
_PICTURES = ("BMP", "JPEG", "PNG", "TIFF", "WEBP")
_HDR_TRANSFERS = frozenset({"smpte2084", "arib-std-b67"})
_UNREADABLE = (
    "This is not a video, sound or picture that can be read, whatever its name says: choose another file, "
    "or convert it to MP4."
)


@dataclass(frozen=True)
class VideoStream:
    """The first picture stream. Width and height are as shown: rotation (degrees) and pixel shape are applied.

    `duration_s` is the picture's own; `colour_space` is "" where the file does not say; `frames` is what the container
    says, None where it does not.
    """

    width: int
    height: int
    fps: float
    codec: str
    pix_fmt: str
    rotation: int
    variable_rate: bool
    hdr: bool
    colour_space: str
    duration_s: float
    frames: int | None


@dataclass(frozen=True)
class AudioStream:
    """The first sound stream; `duration_s` is 0 where the container does not say."""

    codec: str
    sample_rate: int
    channels: int
    duration_s: float


@dataclass(frozen=True)
class Probe:
    """A media file that can be used. A picture file (PNG, JPEG, WebP …) is a `still`: 0 seconds, 0 frames a second."""

    duration_s: float
    container: str
    size_bytes: int
    video: VideoStream | None
    audio: AudioStream | None
    still: bool


def source_url(path: Path) -> str:
    """How FFmpeg is told to read this file and nothing else, whatever characters its name has."""
    return f"file:{path.absolute()}"


def probe(path: Path, *, whole: bool = True) -> Probe:
    """What is in the file. `whole` also checks that its end is there (for files that came from outside).

    Raises NotMedia with a sentence for the user: missing, empty, cut off, or nothing that can be read.
    """
    if not path.is_file():
        raise NotMedia("The file is gone: upload it again.")
    size = path.stat().st_size
    if size == 0:
        raise NotMedia("The file is empty (0 bytes): export or upload it again.")
    if is_picture(path):
        return _still(path, size)
    answer = _ask(path, "-show_format", "-show_streams")
    if answer is None:
        raise NotMedia(_why_unreadable(path))
    facts = _parse(answer, size)
    if facts.video is None and facts.audio is None:
        raise NotMedia("There is neither picture nor sound in this file: choose another one.")
    if whole:
        _check_end(path, facts)
    return facts


def probe_once(path: Path) -> Probe:
    """As `probe` without the look at the end; remembered for each path, size and time of change."""
    if not path.is_file():
        raise NotMedia("The file is gone: upload it again.")
    facts = path.stat()
    return _remembered(path, facts.st_size, facts.st_mtime_ns)


@lru_cache(maxsize=512)
def _remembered(path: Path, size: int, changed_ns: int) -> Probe:
    return probe(path, whole=False)


def is_picture(path: Path) -> bool:
    """True for a still picture of a kind that can be used, by its first bytes and not by its name."""
    try:
        with Image.open(path, formats=_PICTURES):
            return True
    except UnidentifiedImageError:
        return False
    except (Image.DecompressionBombError, OSError, SyntaxError, ValueError):  # a picture, but a bad one
        return True


def load_picture(path: Path, *, least: int | None = None) -> Image.Image:
    """A picture file, decoded to its end, turned as its camera says, RGB on black.

    With `least` a large JPEG is decoded smaller, with sides of at least so many pixels, in a fraction of the memory.
    Raises NotMedia where it cannot be read or is far too large.
    """
    try:
        with Image.open(path, formats=_PICTURES) as file:
            if file.width * file.height > MOST_PIXELS:
                raise Image.DecompressionBombError
            if least:
                file.draft("RGB", (least, least))
            upright = ImageOps.exif_transpose(file)
            if "A" not in upright.getbands() and "transparency" not in upright.info:
                return upright.convert("RGB")
            drawn = upright.convert("RGBA")
    except Image.DecompressionBombError as error:
        raise NotMedia("The picture has too many pixels: make it smaller than 8,000 × 8,000.") from error
    except UnidentifiedImageError as error:
        raise NotMedia(_UNREADABLE) from error
    except (OSError, SyntaxError, ValueError) as error:  # what Pillow's decoders raise for damaged data
        raise NotMedia(
            "The picture is damaged or incomplete: upload it again, or export it once more."
        ) from error
    ground = Image.new("RGB", drawn.size)
    ground.paste(drawn, mask=drawn.getchannel("A"))
    return ground


def _still(path: Path, size: int) -> Probe:
    picture = load_picture(path)
    video = VideoStream(
        width=picture.width,
        height=picture.height,
        fps=0.0,
        codec="picture",
        pix_fmt="rgb24",
        rotation=0,
        variable_rate=False,
        hdr=False,
        colour_space="",
        duration_s=0.0,
        frames=1,
    )
    return Probe(duration_s=0.0, container="picture", size_bytes=size, video=video, audio=None, still=True)


def _ask(path: Path, *what: str) -> dict[str, Any] | None:
    """ffprobe's answer, None where it cannot read the file. Raises FFmpegFailed where it is out of bounds."""
    command = [ffprobe_path(), "-v", "error", *_READ_PROTOCOLS, *what, "-of", "json", source_url(path)]
    watch = Watch(time_limit_s=_TIME_LIMIT_S, bounds=bounds.LOOK)
    try:
        done = run_process(command, watch, keep_output=True)
    except FFmpegFailed as error:
        if error.returncode is not None and error.returncode > 0:
            return None
        raise
    answer = json.loads(done.output or b"{}")
    return answer if isinstance(answer, dict) and answer else None


def _parse(answer: dict[str, Any], size: int) -> Probe:
    container = answer.get("format", {})
    names = frozenset(str(container.get("format_name", "")).split(","))
    if not names & _CONTAINERS:
        raise NotMedia(_UNREADABLE)
    streams = answer.get("streams", [])
    pictures = [
        stream
        for stream in streams
        if stream.get("codec_type") == "video"
        and stream.get("codec_name")
        and not stream.get("disposition", {}).get("attached_pic")
    ]
    sounds = [
        stream for stream in streams if stream.get("codec_type") == "audio" and stream.get("codec_name")
    ]
    return Probe(
        duration_s=_seconds(container.get("duration")),
        container=min(names & _CONTAINERS),
        size_bytes=size,
        video=_video(pictures[0], _seconds(container.get("duration"))) if pictures else None,
        audio=_audio(sounds[0]) if sounds else None,
        still=False,
    )


def _video(stream: dict[str, Any], duration_s: float) -> VideoStream:
    width, height = int(stream.get("width", 0)), int(stream.get("height", 0))
    if not width or not height:
        raise NotMedia("The picture in this file has no size: choose another file, or convert it to MP4.")
    width = max(1, round(width * _ratio(stream.get("sample_aspect_ratio"), ":", default=1.0)))
    rotation = next(
        (
            round(float(data["rotation"])) % 360
            for data in stream.get("side_data_list", [])
            if "rotation" in data
        ),
        0,
    )
    if rotation in (90, 270):
        width, height = height, width
    average, base = _ratio(stream.get("avg_frame_rate"), "/"), _ratio(stream.get("r_frame_rate"), "/")
    frames = str(stream.get("nb_frames", ""))
    return VideoStream(
        width=width,
        height=height,
        fps=round(average or base, 6),
        codec=str(stream["codec_name"]),
        pix_fmt=str(stream.get("pix_fmt", "")),
        rotation=rotation,
        variable_rate=bool(average and base and abs(average - base) > 0.005 * base),
        hdr=stream.get("color_transfer") in _HDR_TRANSFERS,
        colour_space=str(stream.get("color_space", "")).replace("unknown", ""),
        duration_s=_seconds(stream.get("duration"))
        or _clock(stream.get("tags", {}).get("DURATION"))
        or duration_s,
        frames=int(frames) if frames.isdigit() else None,
    )


def _audio(stream: dict[str, Any]) -> AudioStream:
    return AudioStream(
        codec=str(stream["codec_name"]),
        sample_rate=int(stream.get("sample_rate", 0)),
        channels=int(stream.get("channels", 0)),
        duration_s=_seconds(stream.get("duration")),
    )


def _check_end(path: Path, facts: Probe) -> None:
    """Raises NotMedia where the packets end long before the length that the container claims."""
    if facts.duration_s <= 0:
        raise NotMedia(
            "The file does not say how long it is, so it is probably incomplete: export it once more."
        )
    stream = "v:0" if facts.video else "a:0"
    tail = f"{max(0.0, facts.duration_s - _TAIL_S):.3f}%"
    answer = _ask(
        path, "-select_streams", stream, "-read_intervals", tail, "-show_entries", "packet=pts_time,dts_time"
    )
    times = [
        _seconds(packet.get("pts_time", packet.get("dts_time")))
        for packet in (answer or {}).get("packets", [])
    ]
    # The other stream may be the longer one: a little less is no damage.
    if not times or max(times) < facts.duration_s - max(_TAIL_S, facts.duration_s * 0.1):
        raise NotMedia(
            f"The file is incomplete: it says that it lasts {facts.duration_s:.1f} seconds, but its end is "
            "missing. Upload it again, or export it once more."
        )


def _why_unreadable(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(12)
    if head[4:8] == b"ftyp":
        return (
            "The file is incomplete: it breaks off before its index. Upload it again, or export it once more."
        )
    return _UNREADABLE


def _seconds(value: object) -> float:
    try:
        return max(0.0, float(str(value)))
    except ValueError:  # "N/A", or not there
        return 0.0


def _clock(value: object) -> float:
    """Seconds of `HH:MM:SS.fff`, as Matroska writes a stream's length."""
    hours, _, rest = str(value or "").partition(":")
    minutes, _, seconds = rest.partition(":")
    return _seconds(hours) * 3600 + _seconds(minutes) * 60 + _seconds(seconds)


def _ratio(value: object, sign: str, default: float = 0.0) -> float:
    numerator, _, denominator = str(value or "").partition(sign)
    try:
        ratio = float(Fraction(int(numerator), int(denominator)))
    except (ValueError, ZeroDivisionError):  # "0:1" and "N/A" stand for: not known
        return default
    return ratio or default
