"""Reading the facts of a file that platforms ask for: one look with ffprobe, and one pass over the sound."""

from pathlib import Path

from apps.media import sound
from apps.media.errors import NotMedia
from apps.media.facts import MediaFacts
from apps.media.house import rules
from apps.media.probe import Probe, probe

_ISO_FAMILY = ("mov", "mp4")  # for FFmpeg one family of containers
_QUICKTIME = b"qt  "
_HEAD_BYTES = 4096


def facts_of(path: Path) -> MediaFacts:
    """Read the file. One that is empty, cut off or no video has its refusal for a fact.

    Raises FFmpegFailed and FFmpegTimeout where FFmpeg itself could not do its work.
    """
    try:
        found = probe(path)
        if found.video is None or found.still:
            raise NotMedia("There is no moving picture in this file. Choose a video.")
    except NotMedia as error:
        return MediaFacts(refusal=error.message)
    loudness = sound.measure(path) if found.audio else None
    return MediaFacts(
        container=_container(path, found),
        size=found.size_bytes,
        duration_s=found.duration_s,
        width=found.video.width,
        height=found.video.height,
        fps=found.video.fps,
        variable_rate=found.video.variable_rate,
        video_codec=found.video.codec,
        pix_fmt=found.video.pix_fmt,
        audio_codec=found.audio.codec if found.audio else "",
        sample_rate=found.audio.sample_rate if found.audio else 0,
        lufs=None if loudness is None or loudness.silent else round(loudness.lufs, 2),
        index_first=found.container not in _ISO_FAMILY or rules.plays_while_it_loads(path),
    )


def _container(path: Path, found: Probe) -> str:
    """The name by which platforms call it: FFmpeg has one for MP4 and MOV, and one for Matroska and WebM."""
    if found.container in _ISO_FAMILY:
        return "mov" if _brand(path) in (_QUICKTIME, b"") else "mp4"
    if found.container in ("matroska", "webm"):
        with path.open("rb") as file:
            return "webm" if b"webm" in file.read(_HEAD_BYTES) else "mkv"
    return found.container


def _brand(path: Path) -> bytes:
    """The major brand of an ISO file (ISO/IEC 14496-12, 4.3); empty for old QuickTime files, which have none."""
    with path.open("rb") as file:
        head = file.read(12)
    return head[8:12] if head[4:8] == b"ftyp" else b""
