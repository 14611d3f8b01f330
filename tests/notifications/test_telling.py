"""Who is told what, by which channel, in which language, and when (NTF-01, NTF-03, NTF-04)."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from apps.accounts.models import User
from apps.events.models import Delivery
from apps.events.services import deliver, record
from apps.jobs.events import JOB_DEAD, JobDead
from apps.jobs.models import Job
from apps.library.events import VIDEO_READY, VideoReady
from apps.notifications.choices import Channel, Priority, Wording
from apps.notifications.models import Contact, Message, MessageStatus, Notice, QuietHours, quiet_until
from apps.notifications.notices import JOB_FAILED
from apps.notifications.registry import NOTICE_TYPES, define_notice
from apps.notifications.services import notify
from apps.notifications.services.preferences import choose, keep_quiet
from apps.teams.models import Membership, Team
from apps.teams.roles import Permission, Role
from tests.factories import VideoFactory

pytestmark = pytest.mark.django_db
Work = Callable[[], int]
HIGH = "provider.key_broken"


def told(user: User) -> list[str]:
    return [notice.title for notice in Notice.objects.filter(user=user).order_by("created_at")]


def ways(user: User) -> list[str]:
    return sorted(Message.objects.filter(user=user).values_list("channel", flat=True))


@pytest.fixture
def with_slack(alice: User) -> Contact:
    return Contact.objects.create(
        user=alice, channel="slack", address="x", address_hash="x", verified_at=timezone.now()
    )


@pytest.mark.spec("NTF-06")
def test_types_are_declared_for_every_event_that_exists_and_words_in_both_languages() -> None:
    wanted = {"video.ready", "video.failed", "job.dead", "provider.key_broken", "announcement"}
    assert wanted <= NOTICE_TYPES.keys()
    for kind in NOTICE_TYPES.values():
        assert kind.label.en
        assert kind.label.de
        assert kind.label.en != kind.label.de


@pytest.mark.spec("NTF-01")
def test_event_becomes_a_notice_for_those_whose_role_includes_it(
    team: Team, alice: User, bob: User, victor: User, charlie: User, work: Work
) -> None:
    job = Job.objects.create(team=team, kind="library.x", queue="default", title="Check", max_attempts=3)
    record(JOB_DEAD, team=team, subject=job, data=JobDead("library.x", "no sound", 3))
    deliver_events()
    assert (told(alice), told(bob)) == (["“Check” failed for good"], ["“Check” failed for good"])
    assert (told(victor), told(charlie)) == ([], [])
    found = Notice.objects.get(user=alice)
    assert (found.body, found.href, found.priority) == (
        "no sound",
        f"/studio/morning-show/jobs/{job.pk}/",
        Priority.HIGH,
    )


def deliver_events() -> None:
    for subscriber, subject in Delivery.objects.filter(done_at=None).values_list("subscriber", "subject_id"):
        deliver(subscriber, subject)


@pytest.mark.spec("P-A30")
def test_job_that_died_alerts_each_person_once_however_often_its_event_is_handed_over(
    team: Team, alice: User
) -> None:
    job = Job.objects.create(team=team, kind="library.x", queue="default", title="Check", max_attempts=3)
    record(JOB_DEAD, team=team, subject=job, data=JobDead("library.x", "no sound", 3))
    for _ in range(3):
        deliver_events()
        Delivery.objects.update(pushed_at=None)
    assert (told(alice), Message.objects.count()) == (["“Check” failed for good"], 1)


def test_each_person_reads_it_in_their_own_language_and_who_did_it_is_not_told(
    team: Team, alice: User, bob: User, victor: User
) -> None:
    User.objects.filter(pk=bob.pk).update(language="de")
    video = VideoFactory(team=team, title="Bienen")
    data = VideoReady("Bienen", 30.0, ["9x16"])
    record(VIDEO_READY, team=team, subject=video, data=data, actor=victor)
    deliver_events()
    assert (told(alice), told(bob), told(victor)) == (["“Bienen” is ready"], ["„Bienen“ ist fertig"], [])


def test_dead_job_of_no_team_is_told_to_operators_and_one_about_notifications_to_nobody(
    alice: User, bob: User
) -> None:
    User.objects.filter(pk=alice.pk).update(is_staff=True)
    for kind in ("jobs.clean", "notifications.send_email"):
        job = Job.objects.create(kind=kind, queue="default", title=kind, max_attempts=3)
        record(JOB_DEAD, team=None, subject=job, data=JobDead(kind, "broken", 3))
    deliver_events()
    assert (told(alice), told(bob)) == (["“jobs.clean” failed for good"], [])


@pytest.mark.spec("NTF-03")
def test_preferences_decide_for_each_person_team_type_and_channel(
    team: Team, alice: User, bob: User, with_slack: Contact
) -> None:
    kind = NOTICE_TYPES[HIGH]
    choose(user=alice, team=team, kind=kind, channel=Channel.EMAIL, wanted=False)
    choose(user=bob, team=team, kind=kind, channel=Channel.STUDIO, wanted=False)
    Membership.objects.filter(user=bob).update(role=Role.ADMIN)
    notify(kind, team=team, title="A key is refused")
    assert (ways(alice), ways(bob)) == (["slack"], ["email"])
    assert [Notice.objects.get(user=user).shown for user in (alice, bob)] == [True, False]


def test_who_wants_it_nowhere_is_not_told(team: Team, alice: User) -> None:
    kind = NOTICE_TYPES[HIGH]
    for channel in Channel:
        choose(user=alice, team=team, kind=kind, channel=channel, wanted=False)
    assert notify(kind, team=team, title="A key is refused") == []


def test_usual_wish_is_no_row_and_a_changed_mind_leaves_none(team: Team, alice: User) -> None:
    from apps.notifications.models import Preference

    kind = NOTICE_TYPES[HIGH]
    for wanted in (True, False, False, True):
        choose(user=alice, team=team, kind=kind, channel=Channel.EMAIL, wanted=wanted)
        assert Preference.objects.count() == (0 if wanted else 1)


@pytest.mark.spec("NTF-03")
def test_message_waits_for_the_end_of_the_quiet_hours_and_the_studio_does_not(
    team: Team, alice: User, work: Work
) -> None:
    User.objects.filter(pk=alice.pk).update(time_zone="Asia/Tokyo")
    keep_quiet(user=alice, begins=time(22), ends=time(7), critical_passes=True)
    with time_machine.travel(
        datetime(2026, 11, 20, 15, 30, tzinfo=UTC), tick=False
    ) as clock:  # 00:30 in Tokyo
        notify(HIGH, team=team, title="A key is refused")
        work()
        message = Message.objects.get()
        assert (message.status, message.due_at) == ("waiting", datetime(2026, 11, 20, 22, tzinfo=UTC))
        assert Notice.objects.get().shown
        clock.move_to(datetime(2026, 11, 20, 22, 0, 1, tzinfo=UTC))
        work()
    message.refresh_from_db()
    assert (message.status, len(mail.outbox)) == (MessageStatus.SENT, 1)


@hypothesis(max_examples=80, deadline=None)
@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),  # noqa: DTZ001 – made aware below
    st.times(),
    st.times(),
    st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland"]),
)
def test_end_of_quiet_hours_is_never_past_and_lies_outside_of_them(
    moment: datetime, begins: time, ends: time, zone: str
) -> None:
    begins, ends, now = begins.replace(second=0), ends.replace(second=0), moment.replace(tzinfo=UTC)
    over = quiet_until(now, begins, ends, zone)
    clock = now.astimezone(ZoneInfo(zone)).time()
    inside = begins <= clock < ends if begins < ends else (clock >= begins or clock < ends)
    assert (over is not None) == (inside and begins != ends)
    if over is not None:
        assert now <= over <= now + timedelta(hours=26)


@pytest.mark.spec("NTF-04")
def test_five_thousand_alerts_are_at_most_five_messages_a_person(
    team: Team, alice: User, bob: User, work: Work
) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for number in range(120):
            notify(JOB_FAILED, team=team, title=f"Job {number} failed", subject_id=str(number))
        Notice.objects.filter(closes_at__isnull=False).update(count=4998)  # as if the other 4,880 had come
        clock.shift(timedelta(minutes=1))
        work()
    assert [Message.objects.filter(user=user).count() for user in (alice, bob)] == [3, 3]
    assert sorted(letter.subject for letter in mail.outbox if letter.to == [alice.email]) == [
        "Morning Show: 4,998 × A background job failed for good",
        "Morning Show: Job 0 failed",
        "Morning Show: Job 1 failed",
    ]
    digest = Notice.objects.get(user=alice, closes_at__isnull=False)
    assert digest.samples == [f"Job {number} failed" for number in range(115, 120)]


def test_digest_that_was_read_is_unread_again_when_something_joins(team: Team, alice: User) -> None:
    for number in range(3):
        notify(JOB_FAILED, team=team, title=f"Job {number}")
    Notice.objects.update(read_at=timezone.now(), dismissed_at=timezone.now())
    notify(JOB_FAILED, team=team, title="Job 3")
    digest = Notice.objects.get(closes_at__isnull=False)
    assert (digest.count, digest.read_at, digest.dismissed_at) == (2, None, None)


@pytest.mark.spec("P-A31")
@pytest.mark.spec("NTF-02")
def test_notification_is_handed_to_its_channel_within_a_minute(team: Team, alice: User, work: Work) -> None:
    """Driven by the clock's ticks alone: three alerts, the last of them held for a digest."""
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for number in range(3):
            notify(JOB_FAILED, team=team, title=f"Job {number}")
        for _ in range(60):
            work()
            clock.shift(timedelta(seconds=1))
    took = [(one.handed_at - one.notice.created_at).total_seconds() for one in Message.objects.all()]
    assert len(took) == 3
    assert max(took) <= 60


def test_what_was_seen_in_the_studio_before_it_was_due_is_not_sent(
    team: Team, alice: User, work: Work
) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for number in range(3):
            notify(JOB_FAILED, team=team, title=f"Job {number}")
        Notice.objects.filter(closes_at__isnull=False).update(read_at=timezone.now())
        clock.shift(timedelta(minutes=1))
        work()
    assert sorted(Message.objects.values_list("status", flat=True)) == ["dropped", "sent", "sent"]


def test_who_left_the_team_meanwhile_gets_nothing_of_it(team: Team, alice: User, work: Work) -> None:
    notify(HIGH, team=team, title="A key is refused")
    Membership.objects.filter(user=alice).delete()
    work()
    assert (Message.objects.get().reason, mail.outbox) == ("The person is no longer in the team.", [])


def test_notice_leads_only_into_the_studio(team: Team, alice: User) -> None:
    for address in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        with pytest.raises(ValueError, match="studio"):
            notify(HIGH, team=team, title="x", href=address)


@pytest.mark.parametrize(
    ("about", "options"),
    [
        (JOB_DEAD, {"group": "running"}),
        ("tests.new", {"group": "nowhere"}),
        ("job.dead", {"group": "running"}),
        ("tests.new", {"group": "running", "write": lambda event: None}),
    ],
)
def test_notice_that_is_declared_wrongly_is_refused(about: Any, options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"job\.dead|tests\.new"):
        define_notice(about, label=Wording("x", "y"), permission=Permission.VIEW_STUDIO, **options)


def test_critical_news_pass_the_quiet_hours_unless_the_person_says_otherwise(alice: User) -> None:
    now = datetime(2026, 11, 20, 23, tzinfo=UTC)
    hours = QuietHours(user=alice, begins=time(22), ends=time(7))
    from apps.notifications.queries import Reach

    for passes, due in ((True, now), (False, datetime(2026, 11, 21, 7, tzinfo=UTC))):
        hours.critical_passes = passes
        reach = Reach(NOTICE_TYPES["alert.test"], Priority.CRITICAL, quiet={alice.pk: hours})
        assert reach.due_at(alice, now) == due
