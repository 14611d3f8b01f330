"""The library narrowed to what is on a channel (LIB-01)."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.publishing.models import TargetStatus
from apps.teams.models import Team
from tests.factories import VideoFactory
from tests.publishing.factories import ChannelFactory, PostFactory, TargetFactory


@pytest.fixture
def here(team: Team) -> str:
    return reverse("library:list", args=[team.slug])


def titles(response: Any) -> list[str]:
    return sorted(card.video.title for card in response.context["cards"])


@pytest.mark.spec("LIB-01")
def test_the_library_is_narrowed_to_a_channel(victor_client: Client, here: str, team: Team) -> None:
    ours, other = (ChannelFactory(team=team, name=name) for name in ("Bees", "Bread"))
    videos = {
        name: VideoFactory(team=team, title=name) for name in ("out", "twice", "taken back", "unposted")
    }
    status = TargetStatus.PUBLISHED
    for name, connection in [("out", ours), ("twice", ours), ("twice", other)]:
        TargetFactory(
            post=PostFactory(team=team, video=videos[name]), connection=connection, status=status, asset=None
        )
    for status in (TargetStatus.CANCELLED, TargetStatus.DELETED):
        post = PostFactory(team=team, video=videos["taken back"])
        TargetFactory(post=post, connection=ours, status=status, asset=None)
    assert titles(victor_client.get(here, {"channel": str(ours.pk)})) == ["out", "twice"]
    assert titles(victor_client.get(here, {"channel": str(other.pk)})) == ["twice"]
    assert titles(victor_client.get(here, {"channel": "none"})) == ["taken back", "unposted"]
    page = victor_client.get(here, {"channel": "nonsense"})
    assert titles(page) == sorted(videos)
    assert [name for _, name in page.context["channels"]] == [
        "Bees (YouTube)",
        "Bread (YouTube)",
        "On no channel yet",
    ]


def test_without_channels_there_is_nothing_to_choose(victor_client: Client, here: str, team: Team) -> None:
    VideoFactory(team=team)
    assert 'name="channel"' not in victor_client.get(here).content.decode()


def test_a_channel_of_another_team_shows_nothing(victor_client: Client, here: str, team: Team) -> None:
    VideoFactory(team=team)
    theirs = TargetFactory().connection
    assert titles(victor_client.get(here, {"channel": str(theirs.pk)})) == []
