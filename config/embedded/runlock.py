"""One start per `var` folder: who runs, at which address, and under which mark."""

import fcntl
import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from config.embedded import ports
from config.embedded.errors import LaunchError, in_words

FILE = "run.lock"


@dataclass(frozen=True)
class Run:
    """What a running product tells about itself in `var/run.lock`."""

    pid: int
    address: str
    token: str


def check(var: Path, host: str, port: int) -> None:
    """Raise LaunchError if a start would fail at once: the product runs already, or its port is taken."""
    file, _ = take(var)
    file.close()
    if not ports.is_free(port, host):
        raise LaunchError(
            f"Port {port} is taken by another program: stop that, or choose another with `make run PORT={port + 1}`."
        )


def take(var: Path) -> tuple[IO[str], Run | None]:
    """Hold the lock until the file is closed. With it comes what the last start left written.

    Raises:
        LaunchError: when another start holds it.
    """
    with in_words(var):
        file = (var / FILE).open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        running = _read(file)
        file.close()
        where = f" at {running.address} (process {running.pid})" if running else ""
        raise LaunchError(f"Showrunner is already running{where}: stop that with Ctrl-C first.") from error
    return file, _read(file)


def write(file: IO[str], address: str) -> Run:
    """Say in the held lock who runs now, under a new mark."""
    run = Run(pid=os.getpid(), address=address, token=secrets.token_hex(8))
    file.truncate(0)
    file.write(json.dumps(asdict(run)))
    file.flush()
    return run


def _read(file: IO[str]) -> Run | None:
    file.seek(0)
    try:
        return Run(**json.loads(file.read()))
    except (ValueError, TypeError):
        return None
