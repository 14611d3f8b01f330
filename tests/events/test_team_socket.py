"""Open pages follow along by one socket a page (EVT-02)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.layers import channel_layers
from channels.testing import WebsocketCommunicator
from django.conf import settings as django_settings
from django.db import connections
from django.test import Client
from django.utils import timezone
from redis import Redis

from apps.accounts.models import User
from apps.core import queue
from apps.events import services, socket
from apps.events.consumers import SIGNED_OUT, STRANGER
from apps.events.models import Event
from apps.events.services import record
from apps.teams.models import Membership, Team
from apps.teams.roles import Role
from apps.teams.services import change_role, remove_member
from config.asgi import application
from tests.conftest import signed_in
from tests.jobs.testkinds.events import SAID, Said

pytestmark = pytest.mark.django_db(transaction=True)

VALKEY = {
    "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
    "CONFIG": {"hosts": [{"address": django_settings.REDIS_URL, "socket_timeout": None}]},
}


@pytest.fixture(params=["in memory", "valkey"], autouse=True)
def layer(request: pytest.FixtureRequest, settings: Any) -> None:
    """Both ways of telling: within one process, and between processes as in production."""
    if request.param == "valkey":
        settings.CHANNEL_LAYERS = {"default": VALKEY}
    channel_layers.backends.clear()


@pytest.fixture(autouse=True)
async def own_connections(transactional_db: None) -> AsyncIterator[None]:
    """The thread behind `sync_to_async` outlives tests: its connection may have been cut off by one of them."""
    await sync_to_async(connections.close_all)()
    yield
    await sync_to_async(connections.close_all)()


def communicator(client: Client, team: str) -> WebsocketCommunicator:
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    headers = [(b"cookie", cookies.encode()), (b"origin", b"http://testserver")]
    return WebsocketCommunicator(application, f"/ws/team/{team}/", headers=headers)


@asynccontextmanager
async def open_page(user: User, team: Team) -> AsyncIterator[WebsocketCommunicator]:
    page = communicator(await sync_to_async(signed_in)(user), team.slug)
    connected, _ = await page.connect(timeout=5)
    assert connected
    assert await page.receive_json_from(5) == {"type": "ready"}
    try:
        yield page
    finally:
        await page.disconnect(timeout=5)


async def close_code(page: WebsocketCommunicator) -> int:
    message = await page.receive_output(5)
    assert message["type"] == "websocket.close", message
    return int(message["code"])


def say(team: Team, word: str) -> Event:
    return record(SAID, team=team, subject=team, data=Said(word))


async def events_of(page: WebsocketCommunicator, count: int) -> list[int]:
    return [(await page.receive_json_from(5))["seq"] for _ in range(count)]


@pytest.mark.spec("EVT-02")
async def test_member_hears_of_events_by_name_subject_and_number(team: Team, alice: User) -> None:
    async with open_page(alice, team) as page:
        event = await sync_to_async(say)(team, "hello")
        assert await page.receive_json_from(5) == {
            "type": "tests.said",
            "subject": str(team.pk),
            "seq": event.pk,
        }


@pytest.mark.spec("EVT-02")
async def test_member_hears_of_progress_without_a_number(team: Team, alice: User) -> None:
    async with open_page(alice, team) as page:
        await sync_to_async(socket.ping)(team.pk, "job.progress", "abc")
        assert await page.receive_json_from(5) == {"type": "job.progress", "subject": "abc", "seq": None}


async def test_member_hears_nothing_of_other_teams(team: Team, alice: User, charlie: User) -> None:
    other = await Team.objects.exclude(pk=team.pk).aget()
    async with open_page(alice, team) as page:
        await sync_to_async(say)(other, "secret")
        await sync_to_async(say)(team, "ours")
        assert (await page.receive_json_from(5))["subject"] == str(team.pk)
        assert await page.receive_nothing(0.1)


async def test_person_who_is_signed_out_is_cut_off(team: Team) -> None:
    page = communicator(Client(), team.slug)
    await page.connect(timeout=5)
    assert await close_code(page) == SIGNED_OUT


async def test_stranger_is_cut_off_as_if_the_team_did_not_exist(team: Team, charlie: User) -> None:
    for slug in (team.slug, "no-such-team"):
        page = communicator(await sync_to_async(signed_in)(charlie), slug)
        await page.connect(timeout=5)
        assert await close_code(page) == STRANGER


async def test_page_of_another_site_is_refused(team: Team, alice: User, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    from channels.security.websocket import AllowedHostsOriginValidator

    guarded = AllowedHostsOriginValidator(application.application_mapping["websocket"].application)
    client = await sync_to_async(signed_in)(alice)
    headers = [(b"cookie", f"sessionid={client.cookies['sessionid'].value}".encode())]
    for origin, expected in ((b"http://testserver", True), (b"http://evil.example", False)):
        page = WebsocketCommunicator(
            guarded, f"/ws/team/{team.slug}/", headers=[*headers, (b"origin", origin)]
        )
        connected, _ = await page.connect(timeout=5)
        assert connected is expected
        await page.disconnect()


@pytest.mark.spec("EVT-02")
async def test_page_that_comes_back_gets_what_it_missed(team: Team, alice: User) -> None:
    first = await sync_to_async(say)(team, "seen")
    await Event.objects.aupdate(at=timezone.now() - timedelta(minutes=5))
    later = [await sync_to_async(say)(team, word) for word in ("missed", "too")]
    async with open_page(alice, team) as page:
        await page.send_json_to({"after": first.pk})
        assert await events_of(page, 2) == [event.pk for event in later]
        assert await page.receive_nothing(0.1)


@pytest.mark.spec("EVT-02")
async def test_page_that_missed_too_much_is_told_to_load_everything(
    team: Team, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services.missed, "__kwdefaults__", {"limit": 3})
    first = await sync_to_async(say)(team, "seen")
    for _ in range(4):
        await sync_to_async(say)(team, "missed")
    async with open_page(alice, team) as page:
        await page.send_json_to({"after": first.pk})
        assert await page.receive_json_from(5) == {"type": "resync"}


@pytest.mark.parametrize(
    "nonsense",
    ['{"after": "1"}', '{"after": true}', '{"after": -1}', '{"after": 1e99}', "[]", "no json", "7"],
)
async def test_nonsense_is_answered_by_load_everything(team: Team, alice: User, nonsense: str) -> None:
    async with open_page(alice, team) as page:
        await page.send_to(text_data=nonsense)
        assert await page.receive_json_from(5) == {"type": "resync"}


@pytest.mark.spec("EVT-02", "TEM-03")
async def test_removed_member_is_cut_off_and_others_are_not(team: Team, alice: User, bob: User) -> None:
    membership = await Membership.objects.aget(user=bob)
    async with open_page(alice, team) as stays, open_page(bob, team) as goes:
        await sync_to_async(remove_member)(membership=membership, actor=alice)
        assert await close_code(goes) == STRANGER
        await sync_to_async(say)(team, "without him")
        assert (await stays.receive_json_from(5))["type"] == "tests.said"


@pytest.mark.spec("TEM-03")
async def test_member_whose_role_changed_is_cut_off_and_may_come_back(
    team: Team, alice: User, bob: User
) -> None:
    membership = await Membership.objects.aget(user=bob)
    async with open_page(bob, team) as page:
        await sync_to_async(change_role)(membership=membership, role=Role.VIEWER, actor=alice)
        assert await close_code(page) == STRANGER
    async with open_page(bob, team):
        pass


async def test_member_without_the_factor_that_the_team_wants_hears_nothing(team: Team, alice: User) -> None:
    await Team.objects.filter(pk=team.pk).aupdate(requires_second_factor=True)
    page = communicator(await sync_to_async(signed_in)(alice), team.slug)
    await page.connect(timeout=5)
    assert await close_code(page) == STRANGER


async def test_ping_into_a_queue_that_is_away_is_only_a_warning(
    team: Team, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, settings: Any
) -> None:
    settings.CHANNEL_LAYERS = {"default": VALKEY}
    channel_layers.backends.clear()
    nobody = Redis.from_url("redis://127.0.0.1:1/0")
    monkeypatch.setattr(queue, "connection", lambda: nobody)
    await sync_to_async(say)(team, "into the void")
    assert "open pages were not told" in caplog.text
