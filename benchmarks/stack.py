"""The whole product, started for a measurement with data and ports of its own."""

import atexit
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
START_LIMIT_S = 180


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running_product(*, log: Path | None = None) -> Iterator[tuple[str, Path]]:
    """Start everything as `make run` does; yields the address and the data folder, and ends it all afterwards.

    SHOWRUNNER_VAR names the folder meanwhile, so that Django in this process talks to the same servers.
    """
    folder = Path(tempfile.mkdtemp(prefix="showrunner-"))
    atexit.register(
        shutil.rmtree, folder, ignore_errors=True
    )  # last, after whoever in this process uses its servers
    folder.chmod(0o755)
    port = free_port()
    os.environ["SHOWRUNNER_VAR"] = str(folder)
    written = (log or folder / "product.log").open("wb")
    command = ["sh", "config/embedded/start.sh", "run"]
    environment = {**os.environ, "PORT": str(port)}
    product = subprocess.Popen(
        command,
        cwd=REPOSITORY,
        env=environment,
        stdout=written,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address, product, Path(written.name))
        yield address, folder
    finally:
        product.send_signal(signal.SIGINT)
        product.wait(timeout=60)
        written.close()


def _wait_for(address: str, product: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_LIMIT_S
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
        if product.poll() is not None:
            break
    tail = log.read_text(errors="replace")[-3000:]
    sys.exit(f"The product did not start.\n{tail}")
