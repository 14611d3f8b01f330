"""Asking in the team's order, with fallback, waits and a ledger (PRV-04, EXP-03)."""

import json
import time
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from apps.core import http
from apps.core.ids import new_id
from apps.events.models import Event
from apps.providers.capabilities import Capability, Script, ScriptRequest, VisualRequest, VoiceRequest
from apps.providers.errors import NotCovered, ProviderError
from apps.providers.models import CostEntry
from apps.providers.services import (
    attach_video,
    candidates,
    cost_of_run,
    estimate,
    generate,
    generating,
    move,
    order_of,
    set_order,
)
from tests.core.http_loopback import nothing, status
from tests.factories import TeamFactory
from tests.providers.samples import ARTICLE
from tests.providers.test_builtin_script import HOOK
from tests.providers.test_openai_compatible import SCRIPT, said

REQUEST = ScriptRequest(ARTICLE, "", "", HOOK, "en", 15, 30)
CHAT = ("POST", "/chat/completions")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """The wait after a fault is short in tests."""
    monkeypatch.setattr(generating, "RETRY_WAIT_S", 0.01)


@pytest.fixture
def write(team, tmp_path):
    def ask(request=REQUEST, capability=Capability.SCRIPT, **more):
        return generate(capability, request, team=team, work_dir=tmp_path, **more)

    return ask


@pytest.mark.spec("PRV-05")
def test_without_any_key_the_built_in_provider_answers_and_says_it_is_basic(write):
    outcome = write()
    assert isinstance(outcome.answer, Script)
    assert (outcome.provider, outcome.basic, outcome.cost, outcome.tried) == ("builtin", True, Decimal(0), ())
    assert not CostEntry.objects.exists()


@pytest.mark.spec("PRV-04", "EXP-03")
def test_a_teams_key_is_asked_first_and_its_cost_entered(server, new_key, write, team):
    server.on(*CHAT, said(SCRIPT))
    key, run = new_key(), new_id()
    outcome = write(run_ref=run)
    assert (outcome.answer.title, outcome.provider, outcome.basic) == (
        "The night Ålesund burned",
        "openai_compatible",
        False,
    )
    assert (outcome.cost, outcome.model) == (Decimal("0.001200"), "gpt-4.1-mini")
    entry = CostEntry.objects.get()
    assert (entry.team, entry.provider, entry.key, entry.capability) == (
        team,
        "openai_compatible",
        key,
        "script",
    )
    assert (entry.actual, entry.currency, entry.model, entry.succeeded) == (
        Decimal("0.0012"),
        "USD",
        "gpt-4.1-mini",
        True,
    )
    assert entry.units == {"input_tokens": 1000, "output_tokens": 500}
    assert 0 < entry.estimate < Decimal("0.02")
    assert (entry.run_ref, cost_of_run(team, run)) == (run, Decimal("0.001200"))
    key.refresh_from_db()
    assert key.last_used_at is not None


def test_costs_are_of_one_team_and_one_run(server, new_key, write, team):
    server.on(*CHAT, said(SCRIPT))
    new_key()
    run = new_id()
    write(run_ref=run)
    write(run_ref=run)
    write(run_ref=new_id())
    assert cost_of_run(team, run) == Decimal("0.002400")
    assert cost_of_run(TeamFactory(), run) == 0
    video = new_id()
    assert attach_video(team, run, video) == 2
    assert CostEntry.objects.filter(video_ref=video).count() == 2


@pytest.mark.spec("PRV-04")
def test_a_refused_key_is_broken_and_the_next_one_answers(server, new_key, write):
    server.on(*CHAT, status(401, {"error": {"message": "Incorrect API key", "code": "invalid_api_key"}}))
    key = new_key(label="Our OpenAI")
    outcome = write()
    assert outcome.provider == "builtin"
    assert outcome.tried[0][0] == "openai_compatible"
    assert "did not accept the key" in outcome.tried[0][1]
    key.refresh_from_db()
    assert (key.broken, key.state) == (True, "broken")
    assert "did not accept the key" in key.last_error
    event = Event.objects.get(type="provider.key_broken")
    assert event.data["label"] == "Our OpenAI"
    assert event.data["provider"] == "openai_compatible"
    entry = CostEntry.objects.get()
    assert (entry.succeeded, entry.actual) == (False, 0)
    write()
    assert len(server.asked) == 1
    assert Event.objects.filter(type="provider.key_broken").count() == 1


@pytest.mark.spec("PRV-04")
def test_a_short_wait_is_sat_out(server, new_key, write):
    server.on(*CHAT, status(429, {}, Retry_After="0.3"), said(SCRIPT))
    new_key()
    started = time.monotonic()
    assert write().provider == "openai_compatible"
    assert time.monotonic() - started >= 0.3
    assert [entry.succeeded for entry in CostEntry.objects.order_by("at")] == [False, True]


@pytest.mark.spec("PRV-04")
def test_a_long_wait_rests_the_key_and_the_next_one_answers(server, new_key, write):
    server.on(*CHAT, status(429, {}, Retry_After="600"), said(SCRIPT))
    key = new_key()
    assert write().provider == "builtin"
    key.refresh_from_db()
    assert key.state == "resting"
    assert timedelta(seconds=590) < key.resting_until - timezone.now() <= timedelta(seconds=600)
    assert write().provider == "builtin"
    assert len(server.asked) == 1
    key.resting_until = timezone.now() - timedelta(seconds=1)
    key.save()
    assert write().provider == "openai_compatible"


def test_no_credit_left_rests_the_key_for_an_hour(server, new_key, write):
    server.on(*CHAT, status(429, {"error": {"code": "insufficient_quota", "message": "no"}}))
    key = new_key()
    assert write().provider == "builtin"
    key.refresh_from_db()
    assert timedelta(minutes=59) < key.resting_until - timezone.now() <= timedelta(hours=1)


@pytest.mark.parametrize("fault", [status(500), status(503), nothing, status(200, b"<html>")])
def test_a_passing_fault_is_tried_once_more(fault, server, new_key, write):
    server.on(*CHAT, fault, said(SCRIPT))
    new_key()
    assert write().provider == "openai_compatible"


def test_a_lasting_fault_falls_back_without_breaking_the_key(server, new_key, write):
    server.on(*CHAT, status(500))
    key = new_key()
    assert write().provider == "builtin"
    assert len(server.asked) == 2
    key.refresh_from_db()
    assert (key.state, bool(key.last_error)) == ("ready", True)


def test_a_private_address_is_noted_on_the_key_and_passed_over(new_key, write, settings):
    settings.OUTSIDE_ALLOW_PRIVATE = []
    key = new_key(base_address="http://127.0.0.1:9")
    assert write().provider == "builtin"
    key.refresh_from_db()
    assert "private address" in key.last_error


@pytest.mark.parametrize("by", ["slug", "id"])
def test_only_asks_nobody_else(by, server, new_key, write):
    server.on(*CHAT, status(500, {}, Retry_After="300"))
    key = new_key()
    with pytest.raises(http.Unavailable) as caught:
        write(only="openai_compatible" if by == "slug" else str(key.pk))
    assert (caught.value.retryable, caught.value.retry_after_s) == (True, 300)
    assert write(only="builtin").provider == "builtin"


@pytest.mark.parametrize("state", [{"enabled": False}, {"broken": True}, {"deleted_at": timezone.now()}])
def test_a_key_that_cannot_be_used_is_not_asked(state, server, new_key, write):
    new_key(**state)
    assert write().provider == "builtin"
    with pytest.raises(NotCovered, match="missing, switched off or was refused"):
        write(only="openai_compatible")
    assert server.asked == []


def test_another_teams_key_is_never_used(server, new_key, tmp_path):
    new_key()
    outcome = generate(Capability.SCRIPT, REQUEST, team=TeamFactory(), work_dir=tmp_path)
    assert (outcome.provider, server.asked) == ("builtin", [])


def test_what_a_provider_does_not_cover_goes_to_the_next(server, new_key, write):
    page = {"page": 1, "per_page": 20, "total_results": 0}
    server.on("GET", "/videos/search", status(200, {**page, "videos": []}))
    server.on("GET", "/v1/search", status(200, {**page, "photos": []}))
    new_key("pexels")
    outcome = write(VisualRequest("x", ("x",), "en", "portrait", 3.0), Capability.VISUAL)
    assert (outcome.provider, outcome.answer.kind) == ("builtin", "graphic")
    assert outcome.tried == (("pexels", "Pexels has nothing for “x”."),)


def test_what_nobody_covers_is_said(write):
    with pytest.raises(NotCovered, match="do not speak this language"):
        write(VoiceRequest("Molo", "xh"), Capability.VOICE)


def test_the_persons_own_mistake_is_said_at_once(server, new_key, write):
    new_key()
    with pytest.raises(ProviderError, match="no words to tell"):
        write(ScriptRequest("", "", "", HOOK, "en", 15, 30))
    assert server.asked == []


def test_of_two_limits_the_shorter_wait_is_passed_on(server, new_key, write, alice):
    key = new_key()
    other = new_key()
    server.on(*CHAT, status(429, {}, Retry_After="500"), status(429, {}, Retry_After="100"))
    with pytest.raises(http.RateLimited) as caught:
        write(only="openai_compatible")
    assert caught.value.retry_after_s == 100
    assert {key.pk, other.pk} == {entry.key_id for entry in CostEntry.objects.all()}


def test_waiting_can_be_cancelled(server, new_key, write):
    server.on(*CHAT, status(429, {}, Retry_After="15"))
    new_key()
    started = time.monotonic()
    write(cancelled=lambda: True)
    assert time.monotonic() - started < 14  # the wait that was asked for is 15 s


def test_a_call_inside_a_transaction_is_refused(new_key, write):
    from django.db import transaction

    new_key()
    with transaction.atomic(), pytest.raises(RuntimeError, match="inside a database transaction"):
        write()


@pytest.mark.spec("PRV-04")
def test_the_order_is_the_teams(server, new_key, write, team, alice):
    server.on(*CHAT, said(SCRIPT))
    first, second = new_key(label="First"), new_key(label="Second")
    assert [one.name for one in order_of(team, Capability.SCRIPT)] == ["First", "Second", "Built in"]
    set_order(
        team=team, capability=Capability.SCRIPT, order=["builtin", str(second.pk), str(first.pk)], actor=alice
    )
    assert [one.name for one in order_of(team, Capability.SCRIPT)] == ["Built in", "Second", "First"]
    assert write().provider == "builtin"
    move(team=team, capability=Capability.SCRIPT, ref=str(first.pk), step=-2, actor=alice)
    assert [one.name for one in candidates(team, Capability.SCRIPT)] == ["First", "Built in", "Second"]
    assert write().provider == "openai_compatible"
    third = new_key(label="Third")
    assert [one.name for one in order_of(team, Capability.SCRIPT)] == ["First", "Built in", "Second", "Third"]
    assert third.state == "ready"


@pytest.mark.parametrize("order", [[], ["builtin"], ["builtin", "builtin"], ["builtin", "nobody"]])
def test_an_order_that_does_not_name_each_once_is_refused(order, new_key, team, alice):
    new_key()
    with pytest.raises(ProviderError, match="has changed meanwhile"):
        set_order(team=team, capability=Capability.SCRIPT, order=order, actor=alice)


@pytest.mark.parametrize(("step", "place"), [(-9, 0), (9, 2), (0, 1)])
def test_moving_stays_within_the_list(step, place, new_key, team, alice):
    new_key()
    second = new_key()
    move(team=team, capability=Capability.SCRIPT, ref=str(second.pk), step=step, actor=alice)
    assert [one.ref for one in order_of(team, Capability.SCRIPT)].index(str(second.pk)) == place


def test_estimate_is_of_the_one_that_would_be_asked(new_key, team):
    assert estimate(Capability.SCRIPT, REQUEST, team).provider == "builtin"
    new_key()
    found = estimate(Capability.SCRIPT, REQUEST, team)
    assert (found.provider, found.currency, found.basic) == ("openai_compatible", "USD", False)
    assert 0 < found.amount < Decimal("0.02")
    assert estimate(Capability.SCRIPT, REQUEST, team, only="builtin").amount == 0


def test_the_key_is_not_in_the_ledger_or_the_events(server, new_key, write):
    server.on(*CHAT, status(401, {"error": {"message": "Incorrect API key sk-test-abcdefghijklmnop-3f9a"}}))
    new_key()
    write()
    rows = [*CostEntry.objects.values(), *Event.objects.values()]
    assert "sk-test" not in json.dumps(rows, default=str)
