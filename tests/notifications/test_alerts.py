"""A critical alert goes to the next channel, then to the next person, until somebody acknowledges it (NTF-05)."""

from collections.abc import Callable, Iterator
from datetime import time, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.models import AuditRecord
from apps.jobs.models import Job
from apps.notifications.choices import Channel, Priority
from apps.notifications.errors import NoticeError
from apps.notifications.models import Alert, Contact, Message, Notice, QuietHours
from apps.notifications.notices import TEST_ALERT
from apps.notifications.services import notify
from apps.notifications.services.alerts import acknowledge, change_plan, escalate_due, send_test
from apps.notifications.services.contacts import hash_of
from apps.notifications.services.preferences import choose
from apps.teams.models import Membership, Team
from apps.teams.roles import Role
from tests.core.http_loopback import Loopback
from tests.notifications.counterparts import Slack

pytestmark = pytest.mark.django_db
Work = Callable[[], int]
STEP = timedelta(minutes=5, seconds=1)


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        yield clock


@pytest.fixture
def hook(alice: User, server: Loopback) -> Slack:
    other = Slack()
    address = other.open(server)
    Contact.objects.create(
        user=alice,
        channel="slack",
        address=address,
        address_hash=hash_of(address),
        verified_at=timezone.now(),
    )
    return other


@pytest.fixture
def admin(bob: User) -> User:
    Membership.objects.filter(user=bob).update(role=Role.ADMIN)
    return bob


def raise_(team: Team, subject: str = "tower") -> Alert:
    notify(TEST_ALERT, team=team, title="The stream is down", body="No data", subject_id=subject)
    return Alert.objects.latest("created_at")


def called() -> list[tuple[str, str]]:
    rows = Message.objects.order_by("created_at", "pk").values_list("user__email", "channel")
    return [(email.split("@")[0], channel) for email, channel in rows]


@pytest.mark.spec("NTF-05")
def test_alert_climbs_from_channel_to_channel_and_then_to_the_next_person(
    team: Team, alice: User, admin: User, victor: User, hook: Slack, work: Work, clock: Any
) -> None:
    alert = raise_(team)
    seen = [called()]
    for _ in range(4):
        work()
        clock.shift(STEP)
        escalate_due()
        seen.append(called())
    ladder = [("alice", "slack"), ("alice", "email"), ("bob", "email")]
    assert seen == [ladder[:1], ladder[:2], ladder, ladder, ladder]
    assert Notice.objects.filter(alert=alert).count() == 3  # everybody sees it in the studio at once
    assert [letter.to for letter in mail.outbox] == [["alice@example.com"], ["bob@example.com"]]
    assert mail.outbox[0].extra_headers["X-Priority"] == "1"
    alert.refresh_from_db()
    assert (alert.step, alert.next_at) == (3, None)


@pytest.mark.spec("NTF-05")
def test_acknowledging_stops_it_and_logs_how_long_it_took(
    team: Team, alice: User, admin: User, hook: Slack, work: Work, clock: Any
) -> None:
    alert = raise_(team)
    clock.shift(timedelta(seconds=90))
    done = acknowledge(alert=alert, actor=admin)
    clock.shift(STEP)
    assert (escalate_due(), work()) == (0, 1)  # the job finds that nobody needs to be called any more
    assert (round(done.response_s or 0), hook.said) == (90, [])
    assert Message.objects.get().reason == "Bob Baker acknowledged the alert before."
    line = AuditRecord.objects.get(action="alert.acknowledge")
    assert (line.actor, line.after) == (admin, {"response_s": 90})
    assert not Notice.objects.filter(alert=alert, read_at=None).exists()
    with pytest.raises(NoticeError, match="Bob Baker has acknowledged this already"):
        acknowledge(alert=alert, actor=alice)


@pytest.mark.spec("NTF-04")
def test_critical_alerts_are_never_gathered_and_overtake_everything_else(team: Team, alice: User) -> None:
    for number in range(4):
        raise_(team, str(number))
    notify("provider.key_broken", team=team, title="A key is refused")
    assert (Alert.objects.count(), Notice.objects.filter(closes_at__isnull=False).count()) == (4, 0)
    queues = dict(Job.objects.values_list("kind", "queue"))
    assert queues == {"notifications.deliver_urgent": "short", "notifications.deliver": "default"}


def test_same_alert_is_not_raised_twice_until_it_was_acknowledged(team: Team, alice: User) -> None:
    first = raise_(team)
    again = raise_(team)
    first.refresh_from_db()
    assert (again.pk, first.repeats, Message.objects.count()) == (first.pk, 1, 1)
    acknowledge(alert=first, actor=alice)
    assert raise_(team).pk != first.pk


def test_plan_decides_who_is_called_and_how_long_each_has(
    team: Team, alice: User, admin: User, victor: User, clock: Any
) -> None:
    order = [str(victor.pk), str(alice.pk), "someone-else", str(victor.pk)]
    plan = change_plan(team=team, order=order, wait_minutes=2, actor=alice)
    assert plan.order == [str(victor.pk), str(alice.pk)]
    raise_(team)
    clock.shift(timedelta(minutes=1))
    escalate_due()
    assert called() == [("victor", "email")]
    clock.shift(timedelta(minutes=2))
    escalate_due()
    assert called() == [("victor", "email"), ("alice", "email")]


def test_person_who_sleeps_or_wants_no_such_message_is_passed_over(
    team: Team, alice: User, admin: User, victor: User
) -> None:
    change_plan(team=team, order=[str(u.pk) for u in (alice, admin, victor)], wait_minutes=5, actor=alice)
    QuietHours.objects.create(user=alice, begins=time(0), ends=time(23, 59, 59), critical_passes=False)
    choose(user=admin, team=team, kind=TEST_ALERT, channel=Channel.EMAIL, wanted=False)
    alert = raise_(team)
    assert [channel for _, channel in alert.ladder] == ["email"]
    assert called() == [("victor", "email")]


def test_alert_that_nobody_can_be_called_for_rests_in_the_studio(team: Team, alice: User) -> None:
    choose(user=alice, team=team, kind=TEST_ALERT, channel=Channel.EMAIL, wanted=False)
    alert = raise_(team)
    assert (alert.ladder, alert.next_at, Notice.objects.count(), called()) == ([], None, 1, [])


def test_test_alert_is_a_real_one_and_comes_once(team: Team, alice: User) -> None:
    alert = send_test(team=team, actor=alice)
    assert (alert.title, called()) == ("Test alert: nothing is wrong", [("alice", "email")])
    with pytest.raises(NoticeError, match="on its way already"):
        send_test(team=team, actor=alice)


def test_critical_news_without_a_team_go_out_at_once(alice: User) -> None:
    notify(TEST_ALERT, users=[alice], title="The disk is full", priority=Priority.CRITICAL)
    assert (Alert.objects.count(), called()) == (0, [("alice", "email")])
