"""Run FFmpeg: with progress, cancel, time limit, and results that appear whole or not at all."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

Buffer = bytes | bytearray | memoryview


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


@dataclass(frozen=True)
class Finished:
    """How a run went: what FFmpeg said last, and the wall-clock seconds."""

    stderr: str
    seconds: float


def run(inputs: Sequence[str], outputs: Sequence[Output] = (), *, total_s: float | None = None,
        on_progress: Callable[[float], None] | None = None, cancelled: Callable[[], bool] | None = None,
        time_limit_s: float = 900.0, feeders: Sequence[Callable[[], Iterable[Buffer]]] = (),
        loglevel: str = "error") -> Finished:
    """Run FFmpeg with `inputs` (everything before the outputs). `pipe(n)` among them stands for the n-th feeder.

    Each output is written under another name, checked, and then takes its own; when anything fails none does.
    Raises FFmpegFailed, FFmpegTimeout, FFmpegCancelled, DiskFull.
    """
    raise NotImplementedError
