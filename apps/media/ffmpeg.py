"""Run FFmpeg: with progress, cancel, time limit, and results that appear whole or not at all."""

import os
import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from apps.media.binaries import ffmpeg_path
from apps.media.bounds import Bounds
from apps.media.errors import FFmpegFailed
from apps.media.probe import probe
from apps.media.process import Feeder, Finished, Watch, run_process

QUIET = ("-hide_banner", "-nostdin", "-nostats", "-y")


@dataclass(frozen=True)
class Expect:
    """What an output must be before it gets its name. None: not looked at."""

    frames: int | None = None
    duration_s: float | None = None
    tolerance_s: float = 0.05
    width: int | None = None
    height: int | None = None
    audio: bool | None = None


@dataclass(frozen=True)
class Output:
    """An output file, the options before its name, and what it must be."""

    path: Path
    options: tuple[str, ...] = ()
    expect: Expect | None = None


def pipe(number: int) -> str:
    """Among the inputs of `run`: the name of the pipe that the feeder of this number writes to."""
    return f"pipe:@{number}"


def run(
    inputs: Sequence[str],
    outputs: Sequence[Output] = (),
    *,
    total_s: float | None = None,
    on_progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    time_limit_s: float = 900.0,
    feeders: Sequence[Feeder] = (),
    loglevel: str = "error",
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> Finished:
    """Run FFmpeg with `inputs` (everything before the outputs). `pipe(n)` among them stands for the n-th feeder.

    Each output is written under another name, checked, and then takes its own; when anything fails none does.
    `on_progress` gets the finished share of `total_s`, 0 to 1; what it raises stops FFmpeg and is passed on.
    Raises FFmpegFailed, FFmpegTimeout, FFmpegCancelled, DiskFull, and what a feeder raises of MediaError and UserError.
    """
    parts = [(_part_name(output.path.absolute()), output) for output in outputs]
    command = [ffmpeg_path(), *QUIET, "-loglevel", loglevel, *inputs]
    for part, output in parts:
        command += [*output.options, str(part)]
    try:
        watch = Watch(total_s, on_progress, cancelled, time_limit_s)
        finished = run_process(
            [*command, "-progress", "pipe:1", "-stats_period", "0.5"], watch, feeders, env=env, cwd=cwd
        )
        for part, output in parts:
            verify(part, output.expect or Expect(), said=finished.stderr)
        for part, output in parts:
            part.replace(output.path)
    finally:
        for part, _ in parts:
            with suppress(OSError):
                part.unlink(missing_ok=True)
    return finished


def capture(
    inputs: Sequence[str],
    *,
    time_limit_s: float = 60.0,
    bounds: Bounds | None = None,
    feeders: Sequence[Feeder] = (),
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> bytes:
    """Run FFmpeg with an output that goes to its standard output (`… -`) and return that. Raises as `run` does."""
    command = [ffmpeg_path(), *QUIET, "-loglevel", "error", *inputs]
    watch = Watch(time_limit_s=time_limit_s, bounds=bounds)
    return run_process(command, watch, feeders, env=env, cwd=cwd, keep_output=True).output


def verify(path: Path, expect: Expect, *, said: str = "") -> None:
    """Raises FFmpegFailed where a file is not what it must be. `said` is what FFmpeg said while it made it."""
    if not path.is_file() or path.stat().st_size == 0:
        raise FFmpegFailed("FFmpeg ended well but wrote nothing", stderr=said)
    if expect == Expect():
        return
    facts = probe(path, whole=False)
    video = facts.video
    found: dict[str, tuple[object, object]] = {
        "frames": (expect.frames, video and video.frames),
        "width": (expect.width, video and video.width),
        "height": (expect.height, video and video.height),
        "sound": (expect.audio, facts.audio is not None),
    }
    wrong = [
        f"{name} {got} instead of {wanted}"
        for name, (wanted, got) in found.items()
        if wanted is not None and wanted != got
    ]
    if expect.duration_s is not None and abs(facts.duration_s - expect.duration_s) > expect.tolerance_s:
        wrong.append(f"{facts.duration_s:.3f} s instead of {expect.duration_s:.3f} s")
    if wrong:
        raise FFmpegFailed(
            f"FFmpeg ended well but its result is not what was asked for ({', '.join(wrong)})", stderr=said
        )


def _part_name(path: Path) -> Path:
    """A name beside `path` with the same suffix (FFmpeg chooses the container by it), unlike any other."""
    return path.with_name(f".{path.stem}-{os.getpid()}-{secrets.token_hex(4)}{path.suffix}")
