"""Platforms are real HTTP servers on the loopback that answer with the documented bodies."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from apps.connections.adapters import AppCredentials, Call, Upload
from apps.connections.capabilities import PostKind
from tests.core.http_loopback import Loopback, running

TOKEN = "ya29.token-abcdefghijklmnop"
SECRET = "a-client-secret-3f9a"
ADDRESSES = ("authorize", "token", "revoke", "api", "upload", "graph", "graph-video", "rupload", "id")


@pytest.fixture
def server(settings) -> Iterator[Loopback]:
    """A platform."""
    with running() as loopback:
        yield loopback


@pytest.fixture
def app(server: Loopback) -> AppCredentials:
    """Our registration there: every address is the server's, with the name as its path where one is fixed."""
    fixed = {"authorize", "token", "revoke"}
    addresses = {name: f"{server.url}/{name}" if name in fixed else server.url for name in ADDRESSES}
    return AppCredentials("client-1", SECRET, addresses, guard=False)


@pytest.fixture
def call(app: AppCredentials) -> Callable[..., Call]:
    """A call for an account."""

    def make(account_id: str = "acc-1", **facts: Any) -> Call:
        return Call(app, TOKEN, account_id, facts)

    return make


def an_upload(**changes: Any) -> Upload:
    """A short video in words."""
    values: dict[str, Any] = {
        "key": "post-1-target-1",
        "kind": PostKind.VIDEO,
        "size": 1000,
        "content_type": "video/mp4",
        "duration_s": 30.0,
        "title": "A quiet harbour",
        "description": "Boats at dawn.",
        "privacy": "public",
    }
    return Upload(**{**values, **changes})
