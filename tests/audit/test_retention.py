"""What is too old goes each night, the record says so, and what is left of it can still be verified (AUD-04)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.accounts.models import User
from apps.audit import services
from apps.audit.models import AuditCheck, AuditRecord
from apps.audit.services import Break, record, verify
from apps.core.retention import KEPT, define_retention
from apps.events.models import Delivery, Event
from apps.events.services import record as record_event
from apps.jobs import jobs as upkeep
from apps.jobs.clock import tick
from apps.jobs.models import Job
from apps.jobs.run import JobRun
from apps.teams.models import Invitation, Team
from tests.audit.test_chain import tamper
from tests.factories import InvitationFactory, TeamFactory
from tests.jobs.testkinds.events import SAID, Said

pytestmark = [pytest.mark.django_db, pytest.mark.spec("AUD-04")]

NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)


def lines(team: Team, *days_ago: int) -> str:
    """A line of so many days ago each; returns the team's chain."""
    for days in days_ago:
        with time_machine.travel(NOW - timedelta(days=days), tick=False):
            record("test.act", team=team)
    return str(team.pk)


def numbers(chain: str) -> list[int]:
    return list(AuditRecord.objects.filter(chain=chain).order_by("number").values_list("number", flat=True))


def test_old_lines_go_the_record_says_so_and_the_rest_is_verified(team: Team) -> None:
    chain = lines(team, 900, 800, 731, 729, 1)
    with time_machine.travel(NOW, tick=False):
        removed = services.clean_up()
    assert removed["audit"] == 3
    assert (numbers(chain), verify(chain)) == ([4, 5, 6], None)
    told = AuditRecord.objects.get(chain=chain, number=6)
    assert (told.action, told.after["removed"], told.after["up_to"]) == ("audit.retention", 3, 3)
    whole = AuditRecord.objects.get(chain=services.INSTALLATION)
    assert (whole.action, whole.after) == (
        "retention.clean_up",
        {"kind": "audit", "days": 730, "before": "2024-11-20T04:00:00+00:00", "removed": 3},
    )
    with time_machine.travel(NOW, tick=False):
        assert services.clean_up()["audit"] == 0  # and no further line


def test_chain_whose_every_line_is_old_goes_on_from_its_end(team: Team) -> None:
    chain = lines(team, 900, 800)
    with time_machine.travel(NOW, tick=False):
        services.clean_up()
    assert (numbers(chain), verify(chain)) == ([3], None)
    record("test.act", team=team)
    assert (numbers(chain), verify(chain)) == ([3, 4], None)


def test_chain_of_a_team_that_is_gone_is_cut_too(team: Team) -> None:
    chain = lines(team, 900, 1)
    team.delete()
    services.clean_up(NOW)
    assert (numbers(chain), verify(chain)) == ([2], None)


@pytest.mark.spec("AUD-03")
@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("DELETE FROM audit_auditrecord WHERE number = 4", "is missing"),
        ("UPDATE audit_audithead SET cut_number = 4, cut_hash = (SELECT hash FROM audit_auditrecord WHERE number = 4)",
         "had been removed by retention and is back"),
        ("UPDATE audit_auditrecord SET action = 'nothing' WHERE number = 5", "was changed after it was written"),
    ],
)  # fmt: skip
def test_what_retention_left_cannot_be_changed_unseen(team: Team, sql: str, reason: str) -> None:
    chain = lines(team, 900, 800, 731, 729, 1)
    services.forget_lines(NOW - timedelta(days=730))
    tamper(sql)
    found = verify(chain)
    assert found is not None
    assert found.reason == reason


@pytest.mark.spec("AUD-03")
def test_nobody_else_can_cut_a_chain_as_retention_does(team: Team) -> None:
    chain = lines(team, 3, 2, 1)
    second = AuditRecord.objects.get(chain=chain, number=2)
    tamper("DELETE FROM audit_auditrecord WHERE number <= 2")
    tamper("UPDATE audit_audithead SET cut_number = 2, cut_hash = %s", second.hash)
    reason = "is the last, but the end of the chain was not sealed with this SECRET_KEY"
    assert verify(chain) == Break(chain, 3, reason)


def test_database_lets_lines_go_within_the_retention_only(team: Team) -> None:
    lines(team, 900, 1)
    services.forget_lines(NOW - timedelta(days=730))
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute("DELETE FROM audit_auditrecord")


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    ages=st.lists(st.integers(0, 20), min_size=1, max_size=8), cuts=st.lists(st.integers(0, 20), max_size=4)
)
def test_any_lines_and_any_cuts_leave_a_chain_that_can_be_verified(
    team: Team, ages: list[int], cuts: list[int]
) -> None:
    own = TeamFactory()
    chain = lines(own, *sorted(ages, reverse=True))
    for days in cuts:
        services.forget_lines(NOW - timedelta(days=days))
        assert verify(chain) is None
    left = AuditRecord.objects.filter(chain=chain, action="test.act")
    assert left.count() == sum(age <= min(cuts, default=20) for age in ages)


def test_each_kind_is_kept_as_long_as_it_may_be(team: Team, settings: Any) -> None:
    settings.RETENTION_DAYS = {"invitations": 10}
    for days in (5, 20):
        InvitationFactory(
            team=team, sent_at=NOW - timedelta(days=days), expires_at=NOW - timedelta(days=days)
        )
    with time_machine.travel(NOW - timedelta(days=400), tick=False):
        old = [record_event(SAID, team=team, subject=team, data=Said(word)) for word in ("done", "waiting")]
    Delivery.objects.all().delete()
    for event, done_at in zip(old, (NOW, None), strict=True):
        Delivery.objects.create(event=event, subscriber="tests.listen", subject_id="x", done_at=done_at)
    removed = services.clean_up(NOW)
    assert (removed["invitations"], removed["events"]) == (1, 1)
    assert Invitation.objects.get().sent_at == NOW - timedelta(days=5)
    assert list(Event.objects.filter(type=SAID.name)) == [old[1]]
    kinds = AuditRecord.objects.filter(action="retention.clean_up").values_list("after__kind", flat=True)
    assert sorted(kinds) == ["events", "invitations"]


def test_kind_that_fails_takes_its_line_back_with_it(monkeypatch: pytest.MonkeyPatch, team: Team) -> None:
    def fail(before: datetime) -> int:
        Team.objects.filter(pk=team.pk).delete()
        raise RuntimeError("the disk is full")

    monkeypatch.setitem(KEPT, "audit", KEPT["audit"].__class__("audit", "x", 1, "x", fail))
    with pytest.raises(RuntimeError):
        services.clean_up()
    assert Team.objects.filter(pk=team.pk).exists()
    assert not AuditRecord.objects.filter(action="retention.clean_up", after__kind="audit").exists()


def test_kind_is_defined_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        define_retention("audit", "x", days=1, reason="x", forget=lambda before: 0)


def test_every_kind_says_why_it_is_kept() -> None:
    assert {kept.name: (kept.days > 0, len(kept.reason) > 20) for kept in KEPT.values()} == dict.fromkeys(
        KEPT, (True, True)
    )


@pytest.mark.parametrize(("hour", "started"), [(2, 0), (3, 1)])
def test_clock_starts_it_once_a_night(hour: int, started: int, valkey: Any) -> None:
    night = NOW.replace(hour=hour)
    for minutes in (0, 10, 20):
        with time_machine.travel(night + timedelta(minutes=minutes), tick=False):
            tick()
    assert Job.objects.filter(kind="jobs.clean_up").count() == started


def test_nightly_job_cleans_up_and_keeps_what_each_chain_was_found_to_be(team: Team) -> None:
    chain = lines(team, 900, 1)
    with time_machine.travel(NOW, tick=False):
        done = upkeep.clean_up(JobRun(Job(kind="jobs.clean_up")))
    assert done == {"removed": done["removed"] | {"audit": 1}, "chains": 2}
    assert AuditCheck.objects.get(pk=chain).broken_at is None


@pytest.mark.spec("AUD-03")
def test_nightly_job_fails_for_good_and_names_the_break(team: Team, alice: User) -> None:
    chain = lines(team, 3, 2, 1)
    tamper("UPDATE audit_auditrecord SET action = 'nothing' WHERE number = 2")
    with pytest.raises(Exception, match=f"{chain}: line 2 was changed after it was written"):
        upkeep.clean_up(JobRun(Job(kind="jobs.clean_up")))
    assert AuditCheck.objects.get(pk=chain).broken_at == 2
