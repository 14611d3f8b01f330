"""Join rendered segments and the sound into the finished file, without encoding."""

from collections.abc import Callable, Sequence
from pathlib import Path


def join(segments: Sequence[tuple[Path, int]], audio: Path | None, out: Path, *, fps: int = 30,
         cancelled: Callable[[], bool] | None = None, time_limit_s: float = 600.0) -> None:
    """Copy the segments (file, frames), in order, and the sound into one MP4 that starts to play before it is whole.

    The result's frames and length are checked. Raises FFmpegFailed, FFmpegTimeout, FFmpegCancelled, DiskFull.
    """
    raise NotImplementedError
