"""One part of the product – a process that is started, heard, and started again when it ends."""

import contextlib
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from config.embedded.errors import LaunchError

WAITS_S = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
STEADY_S = 60.0  # after so long, a death counts as the first
LINE = re.compile(r"^(?P<name>[a-z]+):\s*(?P<command>.+)$")


@dataclass(frozen=True)
class Command:
    """A line of the Procfile."""

    name: str
    line: str


def read_procfile(path: Path) -> list[Command]:
    """The commands of a Procfile without `release`."""
    found = [match for line in path.read_text().splitlines() if (match := LINE.match(line))]
    return [Command(match["name"], match["command"]) for match in found if match["name"] != "release"]


@dataclass
class Part:
    """A running command. `say` gets each line it writes, and what happens to it."""

    command: Command
    environment: Mapping[str, str]
    folder: Path
    say: Callable[[str, str], None]
    deaths: int = 0
    start_at: float = 0.0
    _started: float = 0.0
    _process: subprocess.Popen[bytes] | None = None
    _rest: bytes = field(default=b"", repr=False)

    def fileno(self) -> int:
        """The pipe of its output, for a selector."""
        if self._process is None or self._process.stdout is None:
            raise LaunchError(f"{self.command.name} is not running.")
        return self._process.stdout.fileno()

    @property
    def running(self) -> bool:
        return self._process is not None

    def start(self) -> None:
        """Start it in a session of its own, so that its children can be reached together with it."""
        self._process = subprocess.Popen(
            ["/bin/sh", "-c", f"exec {self.command.line}"],
            cwd=self.folder,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        os.set_blocking(self.fileno(), False)
        self._started = time.monotonic()

    def hear(self) -> bool:
        """Pass on the whole lines that it has written. False once it will write no more."""
        try:
            while chunk := os.read(self.fileno(), 65536):
                *lines, self._rest = (self._rest + chunk).split(b"\n")
                for line in lines:
                    self.say(self.command.name, line.decode(errors="replace"))
        except BlockingIOError:
            return True
        return False

    def ended(self, *, for_good: bool = False) -> bool:
        """Whether it has ended since it was started. If so, when it is to start again is in `start_at`.

        With `for_good` nothing is said about it, since it was asked to end.
        """
        if self._process is None or self._process.poll() is None:
            return False
        self.hear()
        code = self._process.returncode
        if self._process.stdout:
            self._process.stdout.close()
        self._process, self._rest = None, b""
        now = time.monotonic()
        self.deaths = 1 if now - self._started > STEADY_S else self.deaths + 1
        wait_s = WAITS_S[min(self.deaths, len(WAITS_S)) - 1]
        self.start_at = now + wait_s
        reason = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        if not for_good:
            self.say(self.command.name, f"ended ({reason}); starts again in {wait_s:g} s")
        return True

    def end(self, number: signal.Signals) -> None:
        """Send a signal to it and its group."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, number)
