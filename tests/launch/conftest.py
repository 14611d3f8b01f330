"""Folders for servers: pytest's own are closed to the user that servers run as when root starts them."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from config.embedded import identity, servers


@contextmanager
def server_folder() -> Iterator[Path]:
    """A new `var` with a space in its name, whose servers are stopped in the end."""
    folder = Path(tempfile.mkdtemp(prefix="showrunner test "))
    folder.chmod(0o755)
    yield folder
    servers.stop(folder)
    identity.remove_outside(folder)
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def shared_var() -> Iterator[Path]:
    """A folder whose servers the tests of one module share."""
    with server_folder() as folder:
        yield folder


@pytest.fixture
def own_var() -> Iterator[Path]:
    """A folder for one test."""
    with server_folder() as folder:
        yield folder
