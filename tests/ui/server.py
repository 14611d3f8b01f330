"""The real web server (daphne, HTTP and sockets) as a process of its own, over the test's database."""

import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from tests.processes import eventually, started


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_server(port: int | None = None) -> Iterator[str]:
    """Yields the address, such as http://127.0.0.1:40123, once it answers; on this port where one is given."""
    port = port or free_port()
    address = f"http://127.0.0.1:{port}"
    log = Path(settings.VAR_DIR) / "ui-server.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    words = ("runserver", f"127.0.0.1:{port}", "--noreload", "--skip-checks")
    keys = ",".join(settings.SECRET_KEYS_FERNET)
    with started(*words, output=log, DJANGO_SETTINGS_MODULE="tests.ui.server_settings", TEST_KEYS=keys):
        eventually(lambda: _answers(address), within_s=120, what=f"the web server (see {log})")
        yield address


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/offline/", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
