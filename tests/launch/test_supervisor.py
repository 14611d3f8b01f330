"""The supervisor with real processes and real servers: what starts, what comes back, and that nothing stays."""

import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from config.embedded import identity, ports, postgres, processes, strays
from config.embedded.parts import Command, read_procfile
from config.embedded.paths import REPOSITORY
from config.embedded.server import Place

pytestmark = pytest.mark.spec("OPS-07")

DRIVER = """
import json, sys
from pathlib import Path
from config.embedded.errors import LaunchError
from config.embedded.parts import Command
from config.embedded.supervisor import Supervisor
var, port, table, release, grace_s = json.loads(sys.argv[1])
try:
    Supervisor(Path(var), [Command(*row) for row in table], "127.0.0.1", port, release, grace_s).run()
except LaunchError as error:
    sys.exit(f"{error}")
"""
# Answers 503 until the file it is given exists, then 200.
WEB = """
import http.server, os, sys
class Health(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if os.path.exists(sys.argv[1]) else 503)
        self.end_headers()
    def log_message(self, *args):
        pass
http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Health).serve_forever()
"""
# Will not end when asked, and has a child in a session of its own that will not either.
STUBBORN = r"""
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork() == 0:
    os.setsid()
os.write(1, b"stubborn is up\n")
time.sleep(600)
"""


class Started:
    """A supervisor in a process of its own, with what it prints."""

    def __init__(
        self, var: Path, table: list[Command], port: int, release: tuple[str, ...], grace_s: float
    ) -> None:
        own = {
            "DATABASE_URL",
            "REDIS_URL",
            "SECRET_KEY",
            "SECRET_KEYS_FERNET",
            "MASTER_KEYS",
            "SHOWRUNNER_VAR",
        }
        self.var = var
        rows = [(command.name, command.line) for command in table]
        self.process = subprocess.Popen(
            [sys.executable, "-c", DRIVER, json.dumps([str(var), port, rows, release, grace_s])],
            cwd=REPOSITORY,
            env={key: value for key, value in os.environ.items() if key not in own},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.append(line.strip())

    def says(self, words: str, times: int = 1, within_s: float = 20) -> bool:
        return processes.wait_until(lambda: sum(words in line for line in self.lines) >= times, within_s)

    @property
    def token(self) -> str:
        return str(json.loads((self.var / "run.lock").read_text())["token"])

    def wait(self) -> int:
        code = self.process.wait(30)
        self._reader.join(30)
        assert self.process.stdout
        self.process.stdout.close()
        return code

    def interrupt(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.wait()


@pytest.fixture
def start(shared_var: Path) -> Iterator[object]:
    begun: list[Started] = []

    def starter(
        *table: Command, port: int | None = None, release: tuple[str, ...] = (), grace_s: float = 0.5
    ) -> Started:
        begun.append(Started(shared_var, list(table), port or ports.free_port(), release, grace_s))
        return begun[-1]

    yield starter
    for one in begun:
        if one.process.poll() is None:
            one.interrupt()


def python(name: str, code: str, *arguments: str) -> Command:
    return Command(name, " ".join(["python", "-c", shlex.quote(code), *arguments]))


def shell(name: str, script: str) -> Command:
    return Command(name, f"sh -c {shlex.quote(script)}")


def servers_run(var: Path) -> tuple[bool, bool]:
    return (
        Place(*identity.data_folder(var, "postgres")).running(),
        Place(*identity.data_folder(var, "valkey")).running(),
    )


def test_address_is_printed_when_the_product_answers_and_not_before(start, tmp_path: Path):
    healthy, port = tmp_path / "healthy", ports.free_port()
    started = start(python("web", WEB, str(healthy)), shell("tick", "echo ticking; exec sleep 60"), port=port)
    assert started.says("tick     | ticking")
    connection_refused = not processes.wait_until(lambda: not ports.is_free(port), 10)
    assert not connection_refused
    assert not started.says("ready", within_s=0.5)
    healthy.touch()
    assert started.says(f"Showrunner is ready: http://127.0.0.1:{port}")
    assert started.interrupt() == 0


def test_interrupt_leaves_no_process_and_no_lock(start, shared_var: Path):
    started = start(python("stubborn", STUBBORN), shell("docile", "echo docile is up; exec sleep 60"))
    assert started.says("stubborn is up", times=2)
    assert started.says("docile is up")
    token = started.token
    assert len(strays.find(token)) == 3
    assert servers_run(shared_var) == (True, True)
    assert started.interrupt() == 0
    assert strays.find(token) == []
    assert servers_run(shared_var) == (False, False)
    assert (shared_var / "run.lock").read_text() == ""
    assert not started.says("starts again", within_s=0)
    assert started.lines[-1].startswith("Stopping …")


def test_a_second_interrupt_does_not_wait(start):
    started = start(python("stubborn", STUBBORN), grace_s=60)
    assert started.says("stubborn is up", times=2)
    started.process.send_signal(signal.SIGINT)
    assert started.says("Stopping …")
    assert started.interrupt() == 0


def test_a_part_that_dies_is_started_again(start):
    started = start(shell("worker", "echo my number is $$; exec sleep 60"))
    assert started.says("my number is")
    pid = int(started.lines[-1].split()[-1])
    os.kill(pid, signal.SIGKILL)
    assert started.says("worker   | ended (SIGKILL); starts again in 0.5 s")
    assert started.says("my number is", times=2)


def test_a_server_that_dies_comes_back_with_the_same_address(start, shared_var: Path):
    started = start(shell("worker", "echo at $DATABASE_URL; exec sleep 60"))
    assert started.says("at postgres://")
    url = started.lines[-1].split()[-1]
    place = Place(*identity.data_folder(shared_var, "postgres"))
    os.kill(postgres._lock_pid(place.data), signal.SIGKILL)
    assert processes.wait_until(lambda: not postgres._ready(place), 10)
    assert processes.wait_until(lambda: postgres._ready(place), 20)
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_supervisor_killed_hard_takes_its_parts_and_servers_with_it(start, shared_var: Path):
    started = start(python("stubborn", STUBBORN))
    assert started.says("stubborn is up", times=2)
    token = started.token
    started.process.kill()
    started.wait()
    assert processes.wait_until(lambda: strays.find(token) == [], 20)
    assert processes.wait_until(lambda: servers_run(shared_var) == (False, False), 20)


def test_what_a_start_without_guard_has_left_is_ended_by_the_next(start, shared_var: Path):
    first = start(python("stubborn", STUBBORN))
    assert first.says("stubborn is up", times=2)
    token = first.token
    guards = [pid for pid in children(first.process.pid) if "embedded.guard" in processes.command_line(pid)]
    assert len(guards) == 1
    os.kill(guards[0], signal.SIGKILL)
    first.process.kill()
    first.wait()
    assert len(strays.find(token)) == 2
    second = start(shell("tick", "echo ticking; exec sleep 60"))
    assert second.says("ended 2 processes that the last start had left")
    assert second.says("ticking")
    assert strays.find(token) == []


def children(pid: int) -> list[int]:
    listed = subprocess.run(["ps", "-axo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in listed.splitlines()]
    return [int(child) for child, parent in rows if int(parent) == pid]


def test_a_second_start_says_that_the_first_one_runs(start):
    first = start(shell("tick", "echo ticking; exec sleep 60"))
    assert first.says("ticking")
    second = start(Command("tick", "sleep 60"))
    assert second.wait() == 1
    address = json.loads((first.var / "run.lock").read_text())["address"]
    assert second.lines == [
        f"Showrunner is already running at {address} (process {first.process.pid}): stop that with Ctrl-C first."
    ]


def test_a_part_that_never_stays_up_ends_the_start_with_a_sentence(start, shared_var: Path):
    started = start(shell("web", "echo no such module; exit 3"))
    assert started.wait() == 1
    assert started.lines.count("web      | no such module") == 4
    assert "web      | ended (exit code 3); starts again in 0.5 s" in started.lines
    assert started.lines[-1] == "web does not stay up; its last words stand above."
    assert servers_run(shared_var) == (False, False)


def test_a_failed_release_ends_the_start_with_a_sentence(start):
    started = start(
        Command("web", "sleep 60"), release=("/bin/sh", "-c", "echo migration 0007 failed; exit 1")
    )
    assert started.wait() == 1
    assert started.lines[0] == "migration 0007 failed"
    assert started.lines[-1] == "The database could not be brought up to date; the reason stands above."


def test_procfile_is_the_table_of_what_runs(tmp_path: Path):
    (tmp_path / "Procfile").write_text(
        "release: prepare\n# words\nweb: serve --port $PORT\nmedia: work media\n"
    )
    assert read_procfile(tmp_path / "Procfile") == [
        Command("web", "serve --port $PORT"),
        Command("media", "work media"),
    ]
    assert [command.name for command in read_procfile(REPOSITORY / "Procfile")] == [
        "web",
        "worker",
        "publisher",
        "media",
        "clock",
    ]


def test_make_run_names_a_taken_port(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = subprocess.run(
            ["make", "run", f"PORT={port}"],
            cwd=REPOSITORY,
            env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "SHOWRUNNER_VAR": str(tmp_path / "var")},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode != 0
    assert done.stderr.splitlines()[0] == (
        f"Port {port} is taken by another program: stop that, or choose another with `make run PORT={port + 1}`."
    )
