"""What PostgreSQL and Valkey have in common: a folder, a user, a password, a port that is kept, a log."""

import contextlib
import fcntl
import importlib.util
import os
import secrets
import signal
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from config.embedded import processes
from config.embedded.errors import LaunchError, disk_full
from config.embedded.identity import Identity
from config.embedded.ports import free_port

LOG_LIMIT_BYTES = 20_000_000
FULL_DISK = "No space left on device"


@dataclass(frozen=True)
class Place:
    """Where one server keeps its things: `data/`, `password`, `port` and `server.log` in its folder.

    `alive` is locked by the server itself and whatever it forks, from before its first instruction to its end,
    however that comes: the one sure sign that it runs.
    """

    folder: Path
    identity: Identity

    @property
    def data(self) -> Path:
        return self.folder.resolve() / "data"

    @property
    def log(self) -> Path:
        return self.folder.resolve() / "server.log"

    def password(self) -> str:
        """The server's password, made at the first call."""
        path = self.folder / "password"
        if not path.exists() or not path.read_text():
            path.write_text(secrets.token_hex(16))
            self.identity.own(path)
        return path.read_text()

    def port(self) -> int | None:
        """The port of the last start, if there was one."""
        try:
            return int((self.folder / "port").read_text())
        except (OSError, ValueError):
            return None

    def choose_port(self) -> int:
        """The port of the last start, or another if that is taken now."""
        port = free_port(self.port())
        path = self.folder / "port"
        path.write_text(str(port))
        self.identity.own(path)
        return port

    def running(self) -> bool:
        """Whether the server, or a part of it, runs: it may still be starting."""
        with self._alive() as file:
            return not _lock(file)

    def _alive(self) -> IO[str]:
        path = self.folder / "alive"
        if not path.exists():
            path.touch()
            self.identity.own(path)
        return path.open()

    def launch(self, command: list[str], stdin: str = "") -> None:
        """Start a server that does not run, in a session of its own, with no parent, writing to its log."""
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT_BYTES:
            self.log.write_bytes(b"")
        feed = self.folder.resolve() / "start.conf"
        feed.write_text(stdin)
        self.identity.own(feed)
        script = 'log=$1 feed=$2; shift 2; umask 077; "$@" <"$feed" >>"$log" 2>&1 &'
        with self._alive() as alive:
            if not _lock(alive):
                return
            started = subprocess.run(
                ["/bin/sh", "-c", script, "sh", str(self.log), str(feed), *command],
                cwd=self.folder.resolve(), start_new_session=True, stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL, env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"}, check=False,
                pass_fds=(alive.fileno(),), **self.identity.switch(),
            )  # fmt: skip
        if started.returncode:
            raise LaunchError(f"{command[0]} could not be started; its log is {self.log}.")

    def end(
        self, pid: Callable[[], int], needle: str, signals: Sequence[tuple[signal.Signals, float]]
    ) -> bool:
        """Send each signal in turn, waiting its seconds, until the server is gone. Whether it is gone.

        Args:
            pid: its number as it has written it down; 0 while it has not.
            needle: what its command line holds, since numbers are used again.
            signals: what to send, and how long to wait then.
        """
        for number, wait_s in signals:
            processes.wait_until(lambda: processes.is_running(pid(), needle) or not self.running(), wait_s)
            if not processes.is_running(pid(), needle):
                break
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid(), number)
            processes.wait_until(lambda: not (self.running() or processes.is_running(pid(), needle)), wait_s)
        return not self.running()

    def failure(self, name: str) -> LaunchError:
        """Why the last start failed, from the end of the log."""
        lines = self.log.read_text(errors="replace").splitlines()[-30:] if self.log.exists() else []
        if any(FULL_DISK in line for line in lines):
            return disk_full(self.folder.resolve())
        last = lines[-1].strip() if lines else "it wrote nothing"
        return LaunchError(f"{name} did not start ({last}); its log is {self.log}.")


def _lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def package_folder(name: str) -> Path:
    """The folder of an installed package, without importing it."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise LaunchError(
            f"The package {name} is not installed (there may be no wheel for this platform): "
            "run `make setup`, or set DATABASE_URL and REDIS_URL to servers of your own."
        )
    return Path(spec.origin).parent
