"""Render segments with FFmpeg: one process for all formats of a segment."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from pathlib import Path
from threading import Event

from apps.media.errors import FFmpegCancelled, disk_room
from apps.media.ffmpeg import Expect, Output, run
from apps.media.formats import FormatName
from apps.media.scenes.graph import build_graph
from apps.media.scenes.plan import Segment

_TICK_S = 0.3


def render_segment(
    segment: Segment,
    outputs: Mapping[FormatName, Path],
    *,
    on_progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    time_limit_s: float = 900.0,
) -> None:
    """Render all wanted formats of a segment in one FFmpeg process; the files appear whole or not at all.

    `on_progress` gets the finished share, 0 to 1. Raises NotMedia (a source cannot be used), FFmpegFailed,
    FFmpegTimeout, FFmpegCancelled, DiskFull.
    """
    with disk_room(), tempfile.TemporaryDirectory(prefix="segment-") as folder:
        work = Path(folder)
        graph = build_graph(segment, list(outputs), work)
        run(
            [*graph.inputs, "-filter_complex", graph.text],
            _files(segment, outputs),
            total_s=segment.frames / segment.look.fps,
            on_progress=on_progress,
            cancelled=cancelled,
            time_limit_s=time_limit_s,
            feeders=graph.feeders,
            env=graph.env,
            cwd=work,
        )


def _files(segment: Segment, outputs: Mapping[FormatName, Path]) -> list[Output]:
    """The outputs; what clips say about themselves (places, cameras) is left out."""
    look, files = segment.look, []
    for number, (name, path) in enumerate(outputs.items()):
        taken = f"-map [out{number}] -an -frames:v {segment.frames} -map_metadata -1 -map_chapters -1".split()
        size = look.sizes[name]
        expect = Expect(frames=segment.frames, width=size.width, height=size.height)
        files.append(Output(path, (*taken, *look.encoder.arguments(look.fps)), expect))
    return files


def render_segments(
    work: Sequence[tuple[Segment, Mapping[FormatName, Path]]],
    *,
    at_once: int = 2,
    on_progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    time_limit_s: float = 900.0,
) -> None:
    """Render several segments, `at_once` side by side, the longest first. `time_limit_s` is for each.

    Both callbacks are called in the caller's thread. The first failure stops the others and is raised.
    """
    if not work:
        return
    stop = Event()
    shares = [0.0] * len(work)
    report = on_progress or (lambda share: None)

    def one(number: int) -> None:
        if stop.is_set():
            raise FFmpegCancelled("stopped because another segment failed")
        segment, outputs = work[number]

        def progress(share: float) -> None:
            shares[number] = share

        render_segment(
            segment, outputs, on_progress=progress, cancelled=stop.is_set, time_limit_s=time_limit_s
        )
        shares[number] = 1.0

    order = sorted(range(len(work)), key=lambda number: -_weight(work[number][0]))
    with ThreadPoolExecutor(at_once, thread_name_prefix="segment") as pool:
        running = [pool.submit(one, number) for number in order]
        try:
            while _busy(running):
                if cancelled is not None and cancelled():
                    raise FFmpegCancelled("stopped because it was cancelled")
                report(_done(work, shares))
        finally:
            stop.set()
    _raise_first(running)
    report(1.0)


def _done(work: Sequence[tuple[Segment, object]], shares: Sequence[float]) -> float:
    """The finished share of all frames."""
    frames = [segment.frames for segment, _ in work]
    return sum(share * count for share, count in zip(shares, frames, strict=True)) / sum(frames)


def _busy(running: Sequence[Future[None]]) -> bool:
    """Waits a tick; False when all are done or one has failed."""
    done, waiting = wait(running, timeout=_TICK_S, return_when=FIRST_EXCEPTION)
    return bool(waiting) and not any(future.exception() for future in done)


def _raise_first(running: Sequence[Future[None]]) -> None:
    """The failure that stopped the others, not one of those that were stopped by it."""
    errors = [error for future in running if (error := future.exception()) is not None]
    for error in sorted(errors, key=lambda error: isinstance(error, FFmpegCancelled)):
        raise error


def _weight(segment: Segment) -> int:
    """Frames, and something for starting a process with two sources."""
    return segment.frames + (20 if len(segment.shots) == 2 else 0)
