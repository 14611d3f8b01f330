"""Render segments with FFmpeg: one process for all formats of a segment."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from apps.media.formats import FormatName
from apps.media.scenes.plan import Segment


def render_segment(segment: Segment, outputs: Mapping[FormatName, Path], *,
                   on_progress: Callable[[float], None] | None = None,
                   cancelled: Callable[[], bool] | None = None,
                   time_limit_s: float = 900.0) -> None:
    """Render all wanted formats of a segment in one FFmpeg process; the files appear whole or not at all.

    `on_progress` gets the finished share, 0 to 1. Raises NotMedia (a source cannot be used), FFmpegFailed, FFmpegTimeout,
    FFmpegCancelled, DiskFull.
    """
    raise NotImplementedError


def render_segments(work: Sequence[tuple[Segment, Mapping[FormatName, Path]]], *, at_once: int = 2,
                    on_progress: Callable[[float], None] | None = None,
                    cancelled: Callable[[], bool] | None = None,
                    time_limit_s: float = 900.0) -> None:
    """Render several segments, `at_once` side by side, the longest first. The first failure stops the others and is raised."""
    raise NotImplementedError
