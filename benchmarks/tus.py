"""A large video that comes in pieces by tus, beside the same bytes in one plain multipart form.

Both go through daphne over loopback, from the same client, and end as a file on the same disk. The rival is the
shortest Django view that saves a file, without our middleware, session or database (benchmarks/plain_upload.py). Ours
has asked for each piece who sends it and whether they may, and has written down how far it is.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from benchmarks.jobs import servers
from benchmarks.runner import ROOT, interleaved, medians, report
from tests.processes import eventually
from tests.ui.server import free_port

MEGABYTES = 256
ROUNDS = 5
BAR = 0.6
BLOCK = 1 << 20
TOKEN = "a" * 32  # the same in cookie and header, as Django asks for


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="showrunner-tus-"))
    file = folder / "video.mp4"
    try:
        with file.open("wb") as writer:
            for _ in range(MEGABYTES):
                writer.write(os.urandom(BLOCK))
        with servers():
            team, cookie = _person()
            with _daphne("config.settings.embedded") as ours, _daphne("benchmarks.plain_upload") as plain:
                ways = {
                    "tus": lambda: _tus(ours, team, cookie, file),
                    "multipart": lambda: _multipart(plain, file),
                }
                for way in ways.values():
                    way()  # what is kept after the first time
                middle = medians(interleaved(ways, ROUNDS))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    speeds = {name: MEGABYTES / seconds for name, seconds in middle.items()}
    ratio = speeds["tus"] / speeds["multipart"]
    report(
        "tus",
        ours=speeds["tus"],
        rival=speeds["multipart"],
        ratio=ratio,
        bar=BAR,
        met=ratio >= BAR,
        unit="MiB/s",
        note=f"{MEGABYTES} MiB in pieces of {_piece_bytes() >> 20} MiB, medians of {ROUNDS}; bar: at least",
    )


def _person() -> tuple[str, str]:
    """An owner who is signed in: the slug of the team, and the session's cookie."""
    from django.conf import settings
    from django.test import Client

    from apps.teams.roles import Role
    from tests.factories import MembershipFactory

    membership = MembershipFactory(role=Role.OWNER)
    client = Client()
    client.force_login(membership.user)
    name = settings.SESSION_COOKIE_NAME
    return membership.team.slug, f"{name}={client.cookies[name].value}; csrftoken={TOKEN}"


@contextmanager
def _daphne(settings_module: str) -> Iterator[int]:
    """A web process with these settings; its port."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "daphne", "-v", "0", "--port", str(port), "config.asgi:application"],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": settings_module},
    )
    try:
        eventually(lambda: _answers(port), within_s=120, what="daphne")
        yield port
    finally:
        process.kill()
        process.wait()


def _answers(port: int) -> bool:
    try:
        return _ask(port, "GET", "/healthz", {}).status < 500
    except OSError:
        return False


def _tus(port: int, team: str, cookie: str, file: Path) -> float:
    """Seconds from the first byte of a new upload to the answer to its last piece; the upload is removed after."""
    address, size = f"/studio/{team}/library/uploads/tus/", file.stat().st_size
    headers = {"Tus-Resumable": "1.0.0", "Cookie": cookie, "X-CSRFToken": TOKEN}
    started = time.monotonic()
    name = b64encode(b"video.mp4").decode()
    begun = {"Upload-Length": str(size), "Upload-Metadata": f"filename {name}"}
    place = _ask(port, "POST", address, headers | begun).getheader("Location") or ""
    connection = HTTPConnection("127.0.0.1", port)
    with file.open("rb") as body:
        for offset in range(0, size, _piece_bytes()):
            length = min(_piece_bytes(), size - offset)
            said = {
                "Upload-Offset": str(offset),
                "Content-Length": str(length),
                "Content-Type": "application/offset+octet-stream",
            }
            connection.request("PATCH", place, _blocks(body, length), headers | said)
            answer = connection.getresponse()
            answer.read()
            if answer.status != 204:
                raise RuntimeError(f"the piece at {offset} was answered with {answer.status}")
    seconds = time.monotonic() - started
    _ask(port, "DELETE", place, headers)
    return seconds


def _multipart(port: int, file: Path) -> float:
    """Seconds from the first byte of the form to the answer."""
    head = b'--------------------showrunner\r\nContent-Disposition: form-data; name="file"; filename="v.mp4"\r\n\r\n'
    tail = b"\r\n--------------------showrunner--\r\n"
    size = file.stat().st_size
    headers = {
        "Content-Type": "multipart/form-data; boundary=------------------showrunner",
        "Content-Length": str(len(head) + size + len(tail)),
    }
    started = time.monotonic()
    with file.open("rb") as body:
        parts = (part for source in ([head], _blocks(body, size), [tail]) for part in source)
        answer = _ask(port, "POST", "/", headers, parts)
    if answer.status != 204:
        raise RuntimeError(f"the form was answered with {answer.status}")
    return time.monotonic() - started


def _blocks(body: Any, length: int) -> Iterator[bytes]:
    while length:
        block = body.read(min(BLOCK, length))
        length -= len(block)
        yield block


def _ask(port: int, method: str, address: str, headers: dict[str, str], body: Any = None) -> Any:
    connection = HTTPConnection("127.0.0.1", port)
    connection.request(method, address, body, headers)
    answer = connection.getresponse()
    answer.read()
    return answer


def _piece_bytes() -> int:
    from django.conf import settings

    return int(settings.UPLOAD_PIECE_BYTES)
