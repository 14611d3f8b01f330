"""Run one FFmpeg process: feed it, watch it, and end it."""

import os
import selectors
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from shutil import which
from typing import IO, cast

from apps.core.errors import UserError
from apps.media.bounds import Bounds, hold
from apps.media.errors import DiskFull, FFmpegCancelled, FFmpegFailed, FFmpegTimeout, MediaError

Buffer = bytes | bytearray | memoryview
Feeder = Callable[[], Iterable[Buffer]]
"""Gives the raw frames (or samples) that go into one pipe, one after the other."""

_TICK_S = 0.2
_STDERR_KEPT = 64
_PIPE_BYTES = 1 << 20
_SET_PIPE_SIZE = 1031  # F_SETPIPE_SZ: Linux only, and not in `fcntl` before Python 3.10 everywhere
_NO_ROOM = ("No space left on device", "Disk quota exceeded", "File too large")


@dataclass(frozen=True)
class Watch:
    """What to look after while FFmpeg runs."""

    total_s: float | None = None
    on_progress: Callable[[float], None] | None = None
    cancelled: Callable[[], bool] | None = None
    time_limit_s: float = 900.0
    bounds: Bounds | None = None


@dataclass(frozen=True)
class Finished:
    """How a run went: the end of what FFmpeg said, wall-clock seconds, and its standard output where it was kept."""

    stderr: str
    seconds: float
    output: bytes = b""


def run_process(
    command: Sequence[str],
    watch: Watch,
    feeders: Sequence[Feeder] = (),
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    keep_output: bool = False,
) -> Finished:
    """Run a command to its end. `pipe:@n` in it becomes the pipe of the n-th feeder.

    The process is the leader of its own group, and the group is killed when anything goes wrong.
    """
    started = time.monotonic()
    process, writing_ends = _start(command, len(feeders), env, cwd)
    if watch.bounds is not None:
        hold(process.pid, watch.bounds)
    with ThreadPoolExecutor(max_workers=len(feeders) + 1, thread_name_prefix="ffmpeg") as pool:
        said: Future[str] = pool.submit(_read_tail, cast(IO[bytes], process.stderr))
        fed = [pool.submit(_feed, end, feeder) for end, feeder in zip(writing_ends, feeders, strict=True)]
        try:
            output = _attend(process, watch, fed, started, keep_output)
        finally:
            _kill(process)
    _raise_feeders_error(fed)
    stderr = said.result()
    if process.returncode:
        raise _failure(process.returncode, stderr)
    return Finished(stderr, time.monotonic() - started, output)


def _start(
    command: Sequence[str], feeders: int, env: Mapping[str, str] | None, cwd: Path | None
) -> tuple[subprocess.Popen[bytes], list[int]]:
    """The process, and the writing ends of its pipes."""
    arguments, pipes = _with_pipes(command, feeders)
    try:
        process = subprocess.Popen(
            [*_die_with_parent(), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=[reading for reading, _ in pipes],
            start_new_session=True,
            cwd=cwd,
            env={**os.environ, **(env or {})},
        )
    except OSError:
        _close(writing for _, writing in pipes)
        raise
    finally:
        _close(reading for reading, _ in pipes)
    return process, [writing for _, writing in pipes]


def _attend(
    process: subprocess.Popen[bytes],
    watch: Watch,
    fed: Sequence[Future[None]],
    started: float,
    keep_output: bool,
) -> bytes:
    """Read the standard output until the process ends, looking up at every tick."""
    kept, buffer = bytearray(), b""
    stdout = cast(IO[bytes], process.stdout)
    with selectors.DefaultSelector() as selector:
        selector.register(stdout, selectors.EVENT_READ)
        while True:
            if selector.select(_TICK_S):
                data = os.read(stdout.fileno(), 1 << 16)
                if not data:
                    break
                if keep_output:
                    kept += data
                    _check_output(len(kept), watch)
                else:
                    buffer = _report(buffer + data, watch)
            _raise_feeders_error(fed)
            _check_limits(watch, started)
    while process.poll() is None:
        _check_limits(watch, started)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_TICK_S)
    return bytes(kept)


def _check_limits(watch: Watch, started: float) -> None:
    if watch.cancelled is not None and watch.cancelled():
        raise FFmpegCancelled("stopped because it was cancelled")
    if time.monotonic() - started > watch.time_limit_s:
        raise FFmpegTimeout(f"FFmpeg took longer than the {watch.time_limit_s:g} s it may take")


def _check_output(size: int, watch: Watch) -> None:
    if watch.bounds is not None and size > watch.bounds.output_bytes:
        raise FFmpegFailed(f"it says more than the {watch.bounds.output_bytes} bytes that it may")


def _report(text: bytes, watch: Watch) -> bytes:
    """Tell how far the whole lines of `-progress` have come; returns the unfinished line."""
    *lines, rest = text.split(b"\n")
    if watch.on_progress is None or not watch.total_s:
        return rest
    for line in reversed(lines):
        key, _, value = line.partition(b"=")
        if key == b"out_time_us" and value.strip().lstrip(b"-").isdigit():
            watch.on_progress(min(1.0, max(0.0, int(value) / 1e6 / watch.total_s)))
            break
    return rest


def _feed(writing: int, feeder: Feeder) -> None:
    """Write everything the feeder gives. That FFmpeg has had enough is no error: its own result tells."""
    with suppress(BrokenPipeError), open(writing, "wb", buffering=0) as stream:
        for data in feeder():
            view = memoryview(data).cast("B")
            while view:
                view = view[stream.write(view) :]


def _raise_feeders_error(fed: Sequence[Future[None]]) -> None:
    """FFmpeg takes the end of a broken feeder for the end of the film and exits with 0: so look here first."""
    for future in fed:
        error = future.exception() if future.done() else None
        if isinstance(error, (MediaError, UserError)):
            raise error
        if error is not None:
            raise FFmpegFailed(f"what feeds FFmpeg failed: {error!r}") from error


def _read_tail(stream: IO[bytes]) -> str:
    with stream:
        lines = deque((line[:2000] for line in stream), maxlen=_STDERR_KEPT)
    return b"".join(lines).decode(errors="replace")


def _failure(returncode: int, stderr: str) -> MediaError:
    if any(sentence in stderr for sentence in _NO_ROOM):
        return DiskFull("there is no room left on the disk: make some, then try again")
    if returncode == -signal.SIGXCPU:
        return FFmpegTimeout("FFmpeg took more processor time than it may take", returncode=returncode)
    if returncode < 0:
        name = signal.Signals(-returncode).name
        return FFmpegFailed(f"FFmpeg was ended by {name}", stderr=stderr, returncode=returncode)
    return FFmpegFailed(f"FFmpeg failed (exit code {returncode})", stderr=stderr, returncode=returncode)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the whole group, also what the process may have started, and collect it."""
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _with_pipes(command: Sequence[str], count: int) -> tuple[list[str], list[tuple[int, int]]]:
    pipes = [os.pipe() for _ in range(count)]
    names = {f"pipe:@{number}": f"pipe:{reading}" for number, (reading, _) in enumerate(pipes)}
    for _, writing in pipes:
        _enlarge(writing)
    return [names.get(argument, argument) for argument in command], pipes


def _enlarge(writing: int) -> None:
    """A pipe of 1 MiB, not 64 KiB: a frame is 3 MB, and each wait costs. Where that is forbidden it stays small."""
    try:
        import fcntl

        fcntl.fcntl(writing, _SET_PIPE_SIZE, _PIPE_BYTES)
    except (ImportError, OSError):
        return


def _close(descriptors: Iterable[int]) -> None:
    for descriptor in descriptors:
        os.close(descriptor)


@cache
def _die_with_parent() -> tuple[str, ...]:
    """Where the system has it: FFmpeg is killed when the thread that waits for it dies, even by `kill -9`.

    And it can gain no rights that we lack.
    """
    setpriv = which("setpriv")
    return (setpriv, "--pdeathsig", "KILL", "--no-new-privs", "--") if setpriv else ()
