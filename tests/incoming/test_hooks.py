"""Calls of other services: believed by their signature, kept as they came, handled once (API-07)."""

import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import LazySettings
from django.conf import settings as django_settings
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from apps.connections.hooks import greet_meta, hook_secret
from apps.connections.models import Connection, ConnectionStatus
from apps.core.http import Rejected
from apps.core.signatures import sha256_signature
from apps.events.models import Event
from apps.incoming.errors import Refused
from apps.incoming.models import Hook, HookStatus
from apps.incoming.retention import forget_hooks
from apps.incoming.services import handle
from apps.jobs.models import Job
from apps.jobs.runner import run_job
from apps.sandbox import hooks
from apps.sandbox.hooks import Sent, news_of, send
from apps.sandbox.models import Account
from apps.sandbox.services.accounts import change_facts
from apps.teams.models import Team
from tests.connections.factories import ConnectionFactory
from tests.sandbox.live import Sandbox, sandbox

__all__ = ["sandbox"]
pytestmark = [pytest.mark.django_db, pytest.mark.spec("API-07"), pytest.mark.usefixtures("valkey")]

ACCOUNTS = {"facebook": ("meta", "page"), "instagram": ("meta", "instagram"), "twitch": ("twitch", "user")}
TOPICS = {"facebook": "page.feed", "instagram": "instagram.comments", "twitch": "stream.online"}


@pytest.fixture
def studio(sandbox: Sandbox, settings: LazySettings) -> Sandbox:
    settings.PUBLIC_URL = sandbox.url.removesuffix("/sandbox")
    return sandbox


def account_of(sandbox: Sandbox, source: str) -> Account:
    platform, kind = ACCOUNTS[source]
    made = sandbox.account(platform)
    if made.kind == kind:
        return made
    page = made.children.get(kind="page")
    found: Account = page if kind == "page" else page.children.get(kind=kind)
    return found


def connected(account: Account, source: str, team: Team) -> Connection:
    made: Connection = ConnectionFactory(team=team, platform=source, external_id=account.external_id)
    return made


def news(account: Account) -> Sent:
    found = news_of(account)
    assert found is not None
    return found


def work() -> int:
    jobs = list(Job.objects.filter(kind="incoming.handle_hook", status="queued"))
    for job in jobs:
        run_job(str(job.pk))
    return len(jobs)


@pytest.mark.parametrize("source", list(ACCOUNTS))
def test_genuine_call_is_kept_as_it_came_and_becomes_one_event(
    studio: Sandbox, team: Team, source: str
) -> None:
    account = account_of(studio, source)
    connection = connected(account, source, team)
    sent = news(account)
    assert (send(sent), send(sent)) == (200, 200)
    (hook,) = Hook.objects.all()
    assert (hook.source, bytes(hook.body), hook.topic, hook.status) == (
        source,
        sent.body,
        TOPICS[source],
        HookStatus.RECEIVED,
    )
    assert work() == 1
    assert handle(hook.pk) == HookStatus.HANDLED, "a job that runs twice does nothing more"
    (told,) = Event.objects.filter(type="connection.told")
    assert (told.team, told.subject_id, told.data) == (
        team,
        str(connection.pk),
        {"platform": source, "topic": TOPICS[source], "hook_id": str(hook.pk)},
    )


@pytest.mark.parametrize("source", list(ACCOUNTS))
def test_bad_signature_is_refused_and_nothing_is_kept(studio: Sandbox, source: str) -> None:
    sent = news(account_of(studio, source))
    changed = replace(sent, body=sent.body.replace(b"{", b"{ ", 1))
    bare = replace(sent, headers={"Content-Type": "application/json"})
    for wrong in (changed, bare):
        with pytest.raises(Rejected) as refused:
            send(wrong)
        assert refused.value.status == 403
    assert (Hook.objects.count(), Job.objects.filter(kind="incoming.handle_hook").count()) == (0, 0)


@pytest.mark.parametrize(
    ("source", "after"), [("twitch", timedelta(minutes=11)), ("facebook", timedelta(hours=38))]
)
def test_old_call_is_refused_even_with_its_right_signature(
    studio: Sandbox, source: str, after: timedelta
) -> None:
    sent = news(account_of(studio, source))
    with time_machine.travel(timezone.now() + after, tick=False), pytest.raises(Rejected) as refused:
        send(sent)
    assert refused.value.status == 403
    with time_machine.travel(timezone.now() - timedelta(hours=1), tick=False), pytest.raises(Rejected):
        send(sent)  # from the future
    assert Hook.objects.count() == 0


def test_call_about_nobody_here_is_nothing_to_do(studio: Sandbox) -> None:
    send(news(account_of(studio, "twitch")))
    work()
    assert (Hook.objects.get().status, Event.objects.filter(type="connection.told").count()) == (
        HookStatus.IGNORED,
        0,
    )


def eventsub(client: Client, kind: str, said: dict[str, object], topic: str = "") -> tuple[int, str]:
    body, now = json.dumps(said).encode(), timezone.now().isoformat()
    signed = b"id-" + kind.encode() + now.encode() + body
    heads = {
        "Twitch-Eventsub-Message-Id": f"id-{kind}",
        "Twitch-Eventsub-Message-Type": kind,
        "Twitch-Eventsub-Message-Timestamp": now,
        "Twitch-Eventsub-Subscription-Type": topic,
        "Twitch-Eventsub-Message-Signature": sha256_signature(hook_secret("twitch"), signed),
    }
    answer = client.post("/hooks/twitch/", body, content_type="application/json", headers=heads)
    return answer.status_code, answer.content.decode()


def test_twitch_reads_its_challenge(client: Client) -> None:
    said = {"challenge": "pogchamp-kappa-360noscope-vohiyo", "subscription": {"type": "stream.online"}}
    assert eventsub(client, "webhook_callback_verification", said) == (
        200,
        "pogchamp-kappa-360noscope-vohiyo",
    )


def test_who_takes_back_what_was_allowed_has_to_connect_again(client: Client, team: Team) -> None:
    connection = ConnectionFactory(team=team, platform="twitch", external_id="42")
    said = {"event": {"user_id": "42", "client_id": "sandbox-twitch"}}
    assert eventsub(client, "notification", said, "user.authorization.revoke") == (200, "")
    work()
    connection.refresh_from_db()
    assert connection.status == ConnectionStatus.BROKEN
    assert "took back" in connection.status_reason


@pytest.mark.parametrize(
    ("status", "stands"),
    [
        ("authorization_revoked", ConnectionStatus.BROKEN),
        ("notification_failures_exceeded", ConnectionStatus.ACTIVE),
    ],
)
def test_subscription_that_twitch_ends_breaks_the_connection_only_where_the_right_is_gone(
    client: Client, team: Team, status: str, stands: str
) -> None:
    connection = ConnectionFactory(team=team, platform="twitch", external_id="42")
    ended = {"type": "stream.online", "status": status, "condition": {"broadcaster_user_id": "42"}}
    assert eventsub(client, "revocation", {"subscription": ended}, "stream.online") == (200, "")
    work()
    connection.refresh_from_db()
    assert connection.status == stands


ZOOM_USER = {"user_id": "z9jk", "account_id": "acc", "deauthorization_time": "2026-11-27T12:00:00.632Z"}
DEAUTHORIZED_AT = datetime(2026, 11, 27, 12, 0, 0, 632_000, tzinfo=UTC)


def zoom(client: Client, said: dict[str, object], secret: str = "sandbox-secret") -> HttpResponse:
    body, now = json.dumps(said).encode(), str(int(timezone.now().timestamp()))
    signature = sha256_signature(secret, b"v0:" + now.encode() + b":" + body, "v0")
    heads = {"X-Zm-Request-Timestamp": now, "X-Zm-Signature": signature}
    answer: HttpResponse = client.post("/hooks/zoom/", body, content_type="application/json", headers=heads)  # type: ignore[assignment]
    return answer


def test_zoom_reads_its_word_signed(client: Client) -> None:
    said = {"event": "endpoint.url_validation", "payload": {"plainToken": "qgg8vlvZRS6UYooatFL8Aw"}}
    answer = zoom(client, said)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    assert answer.json() == {  # type: ignore[attr-defined]
        "plainToken": "qgg8vlvZRS6UYooatFL8Aw",
        "encryptedToken": hmac.new(b"sandbox-secret", b"qgg8vlvZRS6UYooatFL8Aw", "sha256").hexdigest(),
    }
    assert work() == 1
    assert Hook.objects.get().status == HookStatus.IGNORED


@pytest.mark.parametrize("event", ["app_deauthorized", "meeting.started"])
def test_who_removes_the_application_at_zoom_has_to_connect_again_at_once(
    client: Client, team: Team, event: str
) -> None:
    mine, other = (ConnectionFactory(team=team, platform="zoom", external_id=name) for name in ("z9jk", "a1"))
    assert zoom(client, {"event": event, "event_ts": 1, "payload": ZOOM_USER}).status_code == 200
    work()
    mine.refresh_from_db()
    other.refresh_from_db()
    if event == "meeting.started":
        assert (mine.status, Hook.objects.get().status) == (ConnectionStatus.ACTIVE, HookStatus.IGNORED)
        return
    assert (mine.status, other.status) == (ConnectionStatus.BROKEN, ConnectionStatus.ACTIVE)
    assert "took back" in mine.status_reason
    assert (mine.access_token, mine.refresh_token) == ("", ""), "dead tokens are not kept"


@pytest.mark.parametrize(
    ("later", "stands"),
    [(timedelta(minutes=1), ConnectionStatus.ACTIVE), (-timedelta(minutes=1), ConnectionStatus.BROKEN)],
)
def test_call_that_comes_after_the_account_was_connected_anew_changes_nothing(
    client: Client, team: Team, later: timedelta, stands: str
) -> None:
    refreshed_at = DEAUTHORIZED_AT + later
    connection = ConnectionFactory(team=team, platform="zoom", external_id="z9jk", refreshed_at=refreshed_at)
    zoom(client, {"event": "app_deauthorized", "payload": ZOOM_USER})
    work()
    connection.refresh_from_db()
    assert connection.status == stands


def test_zoom_is_not_believed_without_its_secret_token(client: Client, settings: LazySettings) -> None:
    said: dict[str, object] = {"event": "app_deauthorized", "payload": ZOOM_USER}
    assert zoom(client, said, "guessed").status_code == 403
    settings.PLATFORM_CLIENTS = {**settings.PLATFORM_CLIENTS, "zoom": ("real-id", "real-secret")}
    assert zoom(client, said, "").status_code == 403, "none is set: nobody can sign"
    settings.PLATFORM_HOOK_SECRETS = {"zoom": "token-of-zoom"}
    assert zoom(client, said, "token-of-zoom").status_code == 200


def test_removing_the_application_at_the_stand_in_ends_the_grant_and_tells(
    studio: Sandbox, alice_client: Client, team: Team
) -> None:
    account = studio.account("zoom")
    tokens, connection = studio.tokens(account), connected(account, "zoom", team)
    assert alice_client.post(f"/sandbox/accounts/{account.pk}/tell/")["Location"] == "/sandbox/"
    work()
    connection.refresh_from_db()
    tokens.grant.refresh_from_db()
    assert (connection.status, tokens.grant.revoked_at is None) == (ConnectionStatus.BROKEN, False)


def test_meta_asks_whether_the_address_is_ours(client: Client) -> None:
    asked = {
        "hub.mode": "subscribe",
        "hub.verify_token": hook_secret("facebook"),
        "hub.challenge": "1158201444",
    }
    answer = client.get("/hooks/facebook/", asked)
    assert (answer.status_code, answer.content) == (200, b"1158201444")
    assert answer["Content-Type"].startswith("text/plain")
    assert client.get("/hooks/facebook/", {**asked, "hub.verify_token": "guessed"}).status_code == 403
    with pytest.raises(Refused):
        greet_meta("facebook", {})


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"nothing", b'{"entry": [{"time": "x"}]}', b'{"entry": [{"time": 1e99}]}']
)
def test_signed_nonsense_is_refused(client: Client, body: bytes) -> None:
    heads = {"X-Hub-Signature-256": sha256_signature("sandbox-secret", body)}
    answer = client.post("/hooks/facebook/", body, content_type="application/json", headers=heads)
    assert (answer.status_code, Hook.objects.count()) == (403, 0)


def test_unknown_sender_and_huge_body(client: Client) -> None:
    assert client.post("/hooks/nobody/", b"{}", content_type="application/json").status_code == 404
    assert client.get("/hooks/twitch/").status_code == 404
    assert client.put("/hooks/twitch/").status_code == 405
    answer = client.post("/hooks/facebook/", b"x" * 1_000_001, content_type="application/json")
    assert answer.status_code == 413


def test_panel_lets_an_account_tell_the_studio(studio: Sandbox, alice_client: Client, team: Team) -> None:
    account = account_of(studio, "facebook")
    connected(account, "facebook", team)
    unheard = alice_client.post(f"/sandbox/accounts/{account.pk}/tell/", follow=True).content.decode()
    assert ("has not asked to be told" in unheard, Hook.objects.count()) == (True, 0)
    change_facts(account, subscribed=["feed"])
    assert alice_client.post(f"/sandbox/accounts/{account.pk}/tell/")["Location"] == "/sandbox/"
    assert Hook.objects.get().topic == "page.feed"
    other = studio.account("google")
    assert alice_client.post(f"/sandbox/accounts/{other.pk}/tell/").status_code == 404
    assert hooks.news_of(other) is None


def test_calls_are_forgotten_after_a_while(studio: Sandbox) -> None:
    send(news(account_of(studio, "twitch")))
    assert forget_hooks(timezone.now() - timedelta(days=1)) == 0
    assert forget_hooks(timezone.now() + timedelta(days=1)) == 1


def test_operator_reads_what_to_enter_at_the_platforms(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("show_hooks")
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["facebook", "instagram", "twitch", "zoom"]
    assert lines[3].endswith("ZOOM_SECRET_TOKEN, which is set")
    assert lines[0].split()[1:] == [f"{django_settings.PUBLIC_URL}/hooks/facebook/", hook_secret("facebook")]
