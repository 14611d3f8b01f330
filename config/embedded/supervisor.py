"""The product on one machine: servers, database, web, workers and clock, kept running until Ctrl-C."""

import contextlib
import http.client
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from config.embedded import guard, runlock, servers, strays
from config.embedded.errors import LaunchError
from config.embedded.keys import ensure_keys
from config.embedded.parts import Command, Part, read_procfile
from config.embedded.paths import REPOSITORY, var_folder

WATCH_S = 1.0  # between two looks at the servers
TRIES = 4  # deaths in a row before the product has answered once


class Supervisor:
    """Runs commands until it is told to stop.

    Args:
        var: the folder of data; one supervisor at a time has it.
        commands: what to run.
        host, port: where the web part listens; `/healthz` there says when the product is ready.
        release: what to run to its end before the rest, or nothing.
        grace_s: how long what is asked to end may take, in seconds, before it is ended.
    """

    def __init__(
        self,
        var: Path,
        commands: Sequence[Command],
        host: str,
        port: int,
        release: Sequence[str] = (),
        grace_s: float = 8.0,
    ) -> None:
        self.var, self.commands, self.host, self.port = var, commands, host, port
        self.release, self.grace_s = release, grace_s
        self.parts: list[Part] = []
        self.ready = False
        self._stopping = threading.Event()
        self._selector = selectors.DefaultSelector()
        self._addresses: servers.Addresses | None = None
        self._servers_error: LaunchError | None = None
        self._servers_watch = threading.Thread(target=self._watch_servers, daemon=True)

    @property
    def address(self) -> str:
        return f"http://{self.host}:{self.port}"

    def run(self) -> None:
        """Start everything and return when it has been stopped. Raises LaunchError where it cannot go on."""
        lock, last = runlock.take(self.var)
        with lock:
            if last and (left := strays.end(last.token)):
                self.say("launch", f"ended {left} processes that the last start had left")
            run = runlock.write(lock, self.address)
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, self._on_signal)
            watcher = self._start_guard(run.token)
            try:
                self._start(run.token)
                self._loop()
            finally:
                self._stop(run.token, watcher)
            lock.truncate(0)

    def say(self, name: str, line: str) -> None:
        """Print a line under the name of the part that it comes from."""
        print(f"{name:<8} | {line}", flush=True)

    def _on_signal(self, number: int, frame: object) -> None:
        if self._stopping.is_set():  # the second time: now
            self.grace_s = 0
        self._stopping.set()

    def _start_guard(self, token: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "config.embedded.guard", token, str(self.var)]
        command.append(str(self.grace_s))
        return subprocess.Popen(command, cwd=REPOSITORY, stdin=subprocess.PIPE, start_new_session=True)

    def _start(self, token: str) -> None:
        self._addresses = servers.ensure_running(self.var)
        environment = self._environment(token, self._addresses)
        if self.release:
            done = subprocess.Popen(self.release, cwd=REPOSITORY, env=environment, start_new_session=True)
            while done.poll() is None and not self._stopping.wait(0.05):
                pass
            if done.poll():
                raise LaunchError("The database could not be brought up to date; the reason stands above.")
        self.parts = [Part(command, environment, REPOSITORY, self.say) for command in self.commands]
        self._servers_watch.start()

    def _environment(self, token: str, addresses: servers.Addresses) -> dict[str, str]:
        return {
            **ensure_keys(self.var),
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            "PYTHONUNBUFFERED": "1",
            "SHOWRUNNER_VAR": str(self.var),
            "DATABASE_URL": addresses.database_url,
            "REDIS_URL": addresses.redis_url,
            "WEB_HOST": self.host,
            "PORT": str(self.port),
            strays.MARK: token,
        }

    def _loop(self) -> None:
        next_look = 0.0
        while not self._stopping.is_set():
            for key, _ in self._selector.select(timeout=0.1):
                if not key.data.hear():
                    self._selector.unregister(key.fd)
            now = time.monotonic()
            for part in self.parts:
                self._tend(part, now)
            if self._servers_error:
                raise self._servers_error
            if not self.ready and now > next_look:
                next_look = now + 0.2
                self._look_whether_ready()

    def _tend(self, part: Part, now: float) -> None:
        if part.running:
            pipe = part.fileno()
            if part.ended():
                with contextlib.suppress(KeyError):
                    self._selector.unregister(pipe)
                if part.deaths >= TRIES and not self.ready:
                    raise LaunchError(f"{part.command.name} does not stay up; its last words stand above.")
        elif now >= part.start_at:
            part.start()
            self._selector.register(part.fileno(), selectors.EVENT_READ, part)

    def _look_whether_ready(self) -> None:
        connection = http.client.HTTPConnection(self.host, self.port, timeout=2)
        with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
            connection.request("GET", "/healthz")
            self.ready = connection.getresponse().status == 200
        if self.ready:
            print(f"\nShowrunner is ready: {self.address}  (Ctrl-C stops it)\n", flush=True)

    def _watch_servers(self) -> None:
        """Start a server again that has died; the same port, since the others know only that one."""
        while not self._stopping.wait(WATCH_S):
            try:
                addresses = servers.ensure_running(self.var)
            except LaunchError as error:
                self.say("servers", f"{error}")
                continue
            if addresses != self._addresses:
                self._servers_error = LaunchError(
                    "The port of a server was taken while it was down: start again."
                )
                return

    def _stop(self, token: str, watcher: subprocess.Popen[bytes]) -> None:
        self._stopping.set()
        print("Stopping … (Ctrl-C again does not wait for what is at work)", flush=True)
        for part in self.parts:
            part.end(signal.SIGTERM)
        began = time.monotonic()
        while strays.find(token) and time.monotonic() < began + self.grace_s:
            for part in self.parts:
                if part.running and not part.ended(for_good=True):
                    part.hear()
            time.sleep(0.05)
        strays.end(token)
        with contextlib.suppress(OSError):
            watcher.communicate(guard.DONE, timeout=10)
        if self._servers_watch.ident is not None:
            self._servers_watch.join()
        servers.stop(self.var, even_if_used=False)


def main() -> None:
    """`make run`, once the packages are there. Reads WEB_HOST and PORT."""
    host, port = os.environ.get("WEB_HOST") or "127.0.0.1", number("PORT", 8000)
    var = var_folder()
    runlock.check(var, host, port)
    Supervisor(
        var,
        read_procfile(REPOSITORY / "Procfile"),
        host,
        port,
        [sys.executable, "-m", "config.embedded.release"],
    ).run()


def number(name: str, default: int) -> int:
    """A whole number from the environment. Raises LaunchError where it is something else."""
    text = os.environ.get(name) or str(default)
    if not text.isdecimal():
        raise LaunchError(f"{name} must be a whole number, and is “{text}”.")
    return int(text)


if __name__ == "__main__":
    try:
        main()
    except LaunchError as problem:
        sys.exit(f"\n{problem}")
