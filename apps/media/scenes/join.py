"""Join rendered segments and the sound into the finished file, without encoding."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from apps.media.errors import disk_room
from apps.media.ffmpeg import Expect, Output, run
from apps.media.probe import source_url


def join(
    segments: Sequence[tuple[Path, int]],
    audio: Path | None,
    out: Path,
    *,
    fps: int = 30,
    on_progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    time_limit_s: float = 600.0,
) -> None:
    """Copy the segments (file, frames), in order, and the sound into one MP4 that can be played while it loads.

    The result's frames and length are checked. Raises ValueError for no segments, FFmpegFailed, FFmpegTimeout,
    FFmpegCancelled, DiskFull.
    """
    if not segments:
        raise ValueError("there is nothing to join")
    frames = sum(count for _, count in segments)
    with disk_room(), tempfile.TemporaryDirectory(prefix="join-") as folder:
        listing = Path(folder) / "segments.ffconcat"
        listing.write_text(concat_list(segments, fps), encoding="utf-8")
        inputs = ["-f", "concat", "-safe", "0", "-protocol_whitelist", "file", "-i", str(listing)]
        mapped = ["-map", "0:v"]
        if audio is not None:
            inputs += ["-i", source_url(audio)]
            mapped += ["-map", "1:a"]
        copied = f"-c copy -map_metadata -1 -video_track_timescale {fps * 1000} -movflags +faststart".split()
        expect = Expect(
            frames=frames, duration_s=frames / fps, tolerance_s=0.5 / fps, audio=audio is not None
        )
        run(
            inputs,
            [Output(out, (*mapped, *copied), expect)],
            total_s=frames / fps,
            on_progress=on_progress,
            cancelled=cancelled,
            time_limit_s=time_limit_s,
        )


def concat_list(segments: Sequence[tuple[Path, int]], fps: int) -> str:
    """What FFmpeg's concat demuxer reads. The lengths are written down: taken from the files they would be a little
    off, and the pictures would drift against the sound."""
    lines = ["ffconcat version 1.0"]
    for path, frames in segments:
        name = str(path.absolute()).replace("'", "'\\''")
        lines += [f"file '{name}'", f"duration {frames / fps:.6f}"]
    return "\n".join(lines) + "\n"
