"""The playlist of a channel is chosen among its own, which its platform is asked for (PUB-02)."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.connections.models import Connection
from apps.publishing.forms.channel import prefix_of
from apps.sandbox.models import Account
from apps.sandbox.services import playlists as stand_in
from apps.teams.models import Team
from tests.publishing.composing import address, film
from tests.publishing.factories import ChannelFactory
from tests.publishing.live import connected
from tests.sandbox.live import Sandbox, sandbox

__all__ = ["film", "sandbox"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("valkey")]


@pytest.fixture
def channel(sandbox: Sandbox, team: Team) -> Connection:
    """With two playlists."""
    found = connected(sandbox, team, "youtube")
    account = Account.objects.get(external_id=found.external_id)
    stand_in.sample(account, "Late suppers", "PL1", privacy="public")
    stand_in.sample(account, "Try-outs", "PL2", privacy="private")
    return found


def asked(client: Client, channel: Connection, chosen: str = "", **query: str) -> Any:
    where = reverse("publishing:playlists", args=[channel.team.slug, channel.pk])
    return client.get(where, {f"{prefix_of(channel)}-playlist": chosen, **query})


def offered(answer: Any) -> list[tuple[str, str]]:
    return list(answer.context["field"].field.choices)


@pytest.mark.spec("PUB-02")
def test_own_playlists_are_offered_and_asked_for_once(
    alice_client: Client, channel: Connection, sandbox: Sandbox
) -> None:
    answers = [asked(alice_client, channel, "PL2") for _ in range(2)]
    for answer in answers:
        assert sorted(offered(answer)) == [
            ("", "None"),
            ("PL1", "Late suppers (0 videos)"),
            ("PL2", "Try-outs (0 videos, private)"),
        ]
        assert '<option value="PL2" selected>' in answer.content.decode()
    assert sandbox.calls("google", "playlists.list") == ["playlists.list 200"]
    asked(alice_client, channel, fresh="1")
    assert len(sandbox.calls("google", "playlists.list")) == 2


@pytest.mark.spec("PUB-02")
def test_more_playlists_than_one_answer_holds(alice_client: Client, channel: Connection) -> None:
    account = Account.objects.get(external_id=channel.external_id)
    for number in range(3, 61):
        stand_in.sample(account, f"Part {number}", f"PL{number}", privacy="public")
    assert len(offered(asked(alice_client, channel))) == 61


def test_pasted_playlist_of_another_channel_stays_chosen(alice_client: Client, channel: Connection) -> None:
    assert offered(asked(alice_client, channel, "PL_elsewhere"))[-1] == ("PL_elsewhere", "PL_elsewhere")


@pytest.mark.spec("PUB-02", "CON-07")
def test_platform_that_does_not_answer_leaves_the_address_and_says_so(
    alice_client: Client, channel: Connection, sandbox: Sandbox
) -> None:
    sandbox.fail("google", "unavailable")
    answer = asked(alice_client, channel, "PL2")
    field = answer.context["field"]
    assert [str(error)[:43] for error in field.errors] == ["The channel’s playlists could not be read. "]
    assert field.value() == "PL2"
    assert "Choose from the channel’s own" in answer.content.decode()


def test_address_is_given_without_asking(alice_client: Client, channel: Connection, sandbox: Sandbox) -> None:
    answer = asked(alice_client, channel, by="address")
    assert (list(answer.context["field"].errors), sandbox.calls("google", "playlists.list")) == ([], [])


def test_composer_fetches_it_and_works_without(
    alice_client: Client, team: Team, film: Any, channel: Connection
) -> None:
    page = alice_client.get(address(team), {"video": str(film.pk)}).content.decode()
    assert reverse("publishing:playlists", args=[team.slug, channel.pk]) in page
    assert f'<input type="text" name="{prefix_of(channel)}-playlist"' in page


def test_channels_without_playlists_and_of_others_are_not_there(
    alice_client: Client, charlie: Any, team: Team
) -> None:
    assert asked(alice_client, ChannelFactory(team=team, platform="tiktok")).status_code == 404
    assert asked(alice_client, ChannelFactory(team=team, status="disconnected")).status_code == 404
    stranger = ChannelFactory()
    where = reverse("publishing:playlists", args=[team.slug, stranger.pk])
    assert alice_client.get(where).status_code == 404
