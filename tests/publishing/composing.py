"""What the tests of the composer share: a film, channels, a person, and what the form sends."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.connections.models import Connection
from apps.core.ids import new_id
from apps.library.models import Video
from apps.publishing.forms.channel import prefix_of
from apps.teams.models import Team
from tests.conftest import signed_in
from tests.publishing.factories import ChannelFactory, filmed

BERLIN = "Europe/Berlin"
TOO_LONG = (
    "The title has 101 characters; YouTube takes 100. Shorten it, or write a shorter one for this channel."
)


@pytest.fixture
def film(team: Team) -> Video:
    return filmed(
        team, title="What bees do", description="A day in the hive.", tags=["bees"], duration_s=30.0
    )


@pytest.fixture
def youtube(team: Team) -> Connection:
    return ChannelFactory(team=team, name="Bee TV")


@pytest.fixture
def tiktok(team: Team) -> Connection:
    facts = {"privacies": ["PUBLIC_TO_EVERYONE", "SELF_ONLY"], "duet_off": True}
    return ChannelFactory(team=team, platform="tiktok", name="beetok", facts=facts)


def address(team: Team, name: str = "new", *args: Any) -> str:
    return reverse(f"publishing:{name}", args=[team.slug, *args])


def written(*channels: Connection, film: Video | None = None, **changes: Any) -> dict[str, Any]:
    """What the form sends: a draft, unless `action` says otherwise."""
    return {
        "ref": str(new_id()),
        "video": str(film.pk) if film else "",
        "kind": "video",
        "title": "Bees",
        "text": "All day long.",
        "hashtags": "#bees honey",
        "tags": "insects, honey",
        "first_comment": "",
        "privacy": "public",
        "connections": [str(channel.pk) for channel in channels],
        "when": "now",
        "due_at": "",
        "zone": BERLIN,
        "action": "draft",
        **changes,
    }


def own(channel: Connection, **values: Any) -> dict[str, Any]:
    """Fields of one channel."""
    return {f"{prefix_of(channel)}-{name}": value for name, value in values.items()}


@pytest.fixture
def client(alice_client: Client) -> Client:
    return alice_client


@pytest.fixture
def client_of_2027(alice: User) -> Iterator[Client]:
    """On New Year's Day of a year whose clock changes are known."""
    with time_machine.travel(datetime(2027, 1, 1, tzinfo=UTC), tick=False):
        yield signed_in(alice)
