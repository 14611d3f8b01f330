"""Health checks, what pages may claim by them, and state that follows the platform (CON-05, P-C01, P-C06)."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from apps.connections import jobs, queries
from apps.connections.models import Connection, ConnectionStatus
from apps.connections.registrations import registration
from apps.connections.registry import PLATFORMS
from apps.connections.services import checking, connecting, disconnecting, tokens
from apps.core import http, queue
from apps.events.models import Event
from apps.jobs.models import Job
from tests.connections.factories import ConnectionFactory
from tests.factories import TeamFactory, UserFactory
from tests.sandbox.live import Sandbox, sandbox  # noqa: F401 - a fixture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("valkey")]


def granted(sandbox: Sandbox, **values) -> Connection:  # noqa: F811
    """A YouTube channel whose tokens its stand-in takes."""
    account = sandbox.account("google", "Night Kitchen")
    issued = sandbox.tokens(account)
    values = {
        "external_id": account.external_id,
        "access_token": issued.access_token,
        "name": "Night Kitchen",
        **values,
    }
    return ConnectionFactory(refresh_token=issued.refresh_token, **values)


def test_a_check_takes_over_what_the_account_says(sandbox: Sandbox):  # noqa: F811
    row = granted(sandbox, name="Old name", figures={}, checked_at=None)
    checking.check(row)
    row.refresh_from_db()
    assert (row.name, row.status) == ("Night Kitchen", ConnectionStatus.ACTIVE)
    assert set(row.figures) == {"subscribers", "videos", "views"}
    assert timezone.now() - row.checked_at < timedelta(minutes=1)


@pytest.mark.spec("CON-05")
def test_one_that_does_not_answer_is_failing_and_mends_itself(sandbox: Sandbox):  # noqa: F811
    row = granted(sandbox)
    sandbox.fail("google", "unavailable", operation="channels.list", times=1)
    checking.check(row)
    row.refresh_from_db()
    assert (row.status, queries.shown(row).word) == (ConnectionStatus.FAILING, "Not answering")
    checking.check(row)
    row.refresh_from_db()
    assert (row.status, row.status_reason) == (ConnectionStatus.ACTIVE, "")
    assert Event.objects.filter(type="connection.changed").count() == 2


@pytest.mark.spec("CON-05")
def test_an_expired_token_is_renewed_by_the_check(sandbox: Sandbox):  # noqa: F811
    row = granted(sandbox, access_token="old", expires_at=timezone.now() - timedelta(minutes=1))
    checking.check(row)
    kept = Connection.objects.get(pk=row.pk)
    assert kept.status == ConnectionStatus.ACTIVE
    assert kept.access_token != "old"


@pytest.mark.spec("CON-05")
def test_checks_are_due_before_they_are_older_than_a_quarter_of_an_hour():
    now = timezone.now()
    for minutes, status in (
        (11, "active"),
        (9, "active"),
        (30, "failing"),
        (60, "broken"),
        (60, "disconnected"),
    ):
        ConnectionFactory(
            name=f"{status} {minutes}", status=status, checked_at=now - timedelta(minutes=minutes)
        )
    ConnectionFactory(name="never", checked_at=None)
    assert {row.name for row in checking.due(now)} == {"active 11", "failing 30", "never"}


def test_each_platform_has_a_job_of_its_own():
    for slug in ("youtube", "youtube", "tiktok"):
        ConnectionFactory(platform=slug, checked_at=None)
    jobs.start_checks()
    jobs.start_checks()
    found = Job.objects.filter(kind="connections.check").values_list("args", flat=True)
    assert sorted(one["platform"] for one in found) == ["tiktok", "youtube"]


def test_one_failing_connection_holds_up_no_other(sandbox: Sandbox):  # noqa: F811
    bad = ConnectionFactory(checked_at=None, expires_at=None, refresh_token="")
    good = granted(sandbox, checked_at=None)
    assert checking.check_due("youtube") == 2
    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.status, good.status) == (ConnectionStatus.BROKEN, ConnectionStatus.ACTIVE)


def test_without_quota_nothing_is_asked_and_nothing_is_claimed(sandbox: Sandbox, settings):  # noqa: F811
    settings.PLATFORM_QUOTAS = {"youtube.units": "1"}
    row, other = granted(sandbox), granted(sandbox)
    checking.check(row)
    checking.check(other)
    other.refresh_from_db()
    assert other.status == ConnectionStatus.ACTIVE
    assert sandbox.calls("google", "channels.list") == ["channels.list 200"]


def test_a_check_takes_shared_calls_only_now_and_then(sandbox: Sandbox):  # noqa: F811
    """10,000 units a day would not last for 70 channels that are read every ten minutes; a renewal costs none."""
    row = granted(sandbox)
    for _ in range(3):
        checking.check(row)
        row.refresh_from_db()
    assert sandbox.calls("google", "channels.list") == ["channels.list 200"]
    assert row.status == ConnectionStatus.ACTIVE
    row.facts["read_at"] = (timezone.now() - timedelta(hours=7)).isoformat()
    row.save()
    checking.check(row)
    assert len(sandbox.calls("google", "channels.list")) == 2


NOW = datetime.fromisoformat("2026-12-01T12:00:00+00:00")


@pytest.mark.spec("P-C06")
@hypothesis_settings(max_examples=60, deadline=None)
@given(
    status=st.sampled_from(["active", "failing", "broken", "disconnected"]),
    age_s=st.none() | st.floats(0, 7200),
)
def test_no_status_older_than_the_interval_is_shown(status, age_s):
    """Whether a channel is well is only said by a check of the last quarter of an hour."""
    checked_at = None if age_s is None else NOW - timedelta(seconds=age_s)
    row = ConnectionFactory.build(status=status, checked_at=checked_at, expires_at=None, team=None)
    word = queries.shown(row, NOW).word
    if status in ("active", "failing"):
        assert (word in ("Connected", "Not answering")) == (age_s is not None and age_s <= 900)
    else:
        assert word in ("Needs reconnecting", "Disconnected")


@pytest.mark.spec("CON-05", "P-C06")
def test_a_clock_that_ticks_keeps_every_status_young(sandbox: Sandbox):  # noqa: F811
    """An hour of minutes, with a job for each tick that wants one: no status on any page is older than 15 minutes."""
    row = granted(sandbox, expires_at=None)
    oldest = timedelta()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(60):
            clock.shift(60)
            row.refresh_from_db()
            oldest = max(oldest, timezone.now() - row.checked_at)
            for due in checking.due():
                checking.check_due(due.platform)
    assert oldest <= queries.CHECK_INTERVAL


STEPS = st.lists(st.sampled_from(["connect", "refresh", "revoke there", "disconnect", "check"]), max_size=8)


@pytest.mark.spec("P-C01")
@hypothesis_settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
def test_the_stored_state_is_what_the_platform_says(sandbox: Sandbox, steps):  # noqa: F811
    """After any sequence, one check later: connected exactly where the platform still lets us in."""
    queue.connection().flushdb()
    team, actor = TeamFactory(), UserFactory()
    account = sandbox.account("google", "Night Kitchen")
    row: Connection | None = None
    for step in [*steps, "check"]:
        if step == "connect":
            row = _connect(sandbox, team, actor, account)
        elif row is not None:
            _do(step, row, account, actor)
        if row is not None:
            row = Connection.objects.get(pk=row.pk)
    if row is None:
        return
    lets_in = bool(row.access_token) and _lets_in(row)
    assert (row.status == ConnectionStatus.ACTIVE) == lets_in
    assert (row.status == ConnectionStatus.DISCONNECTED) == (not row.token_is_kept)


def _connect(sandbox: Sandbox, team, actor, account) -> Connection:  # noqa: F811
    identity, app = PLATFORMS["youtube"].identity, registration("youtube")
    issued = sandbox.tokens(account)
    grant = connecting.Grant(issued.access_token, issued.refresh_token, timezone.now() + timedelta(hours=1))
    found = connecting.Found(grant, identity.accounts(app, grant))
    sign_in = connecting.SignIn.objects.create(
        team=team, platform="youtube", state_hash=issued.access_token[-60:], session_hash="x", person=actor,
        found=connecting.to_text(found), expires_at=timezone.now() + timedelta(minutes=5),
    )  # fmt: skip
    return connecting.keep(sign_in=sign_in, external_id=account.external_id, actor=actor)


def _do(step: str, row: Connection, account, actor) -> None:
    if step == "revoke there":
        account.grants.update(revoked_at=timezone.now())
    elif step == "disconnect":
        if row.status != ConnectionStatus.DISCONNECTED:
            disconnecting.disconnect(connection=row, actor=actor)
    elif step == "check":
        checking.check(row)
    else:
        Connection.objects.filter(pk=row.pk).update(expires_at=timezone.now())
        try:
            tokens.call_for(row)
        except (tokens.NeedsReconnecting, http.OutsideError):
            return


def _lets_in(row: Connection) -> bool:
    try:
        PLATFORMS["youtube"].identity.account(tokens.call_for(row))
    except (tokens.NeedsReconnecting, http.OutsideError):
        return False
    return True
