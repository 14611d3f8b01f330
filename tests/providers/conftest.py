"""Outside services are real HTTP servers on the loopback; nothing else is pretended."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from apps.providers.adapters import Credentials, Work
from apps.providers.models import ProviderKey
from apps.teams.models import Team
from tests.core.http_loopback import Loopback, running

SECRET = "sk-test-abcdefghijklmnop-3f9a"


@pytest.fixture
def server(settings) -> Iterator[Loopback]:
    """A server that may be called although it is private."""
    with running() as loopback:
        settings.OUTSIDE_ALLOW_PRIVATE = [loopback.netloc]
        yield loopback


@pytest.fixture
def work(tmp_path: Path) -> Work:
    """A folder, and no key."""
    return Work(tmp_path)


@pytest.fixture
def keyed(tmp_path: Path, server: Loopback) -> Callable[..., Work]:
    """The same with a key for the loopback server."""

    def make(path: str = "", **options: str) -> Work:
        return Work(tmp_path, Credentials(SECRET, f"{server.url}{path}", options))

    return make


@pytest.fixture
def new_key(team: Team, server: Loopback) -> Callable[..., ProviderKey]:
    """A stored key of the team, for the loopback server."""

    def make(provider: str = "openai_compatible", **values: Any) -> ProviderKey:
        values = {"base_address": server.url, "secret": SECRET, "hint": "3f9a", "label": provider, **values}
        return ProviderKey.objects.create(team=team, provider=provider, **values)

    return make
