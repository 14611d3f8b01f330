"""One target's way to its platform: published exactly once, or failed with a reason, whatever goes wrong on it."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from apps.connections.adapters import Stage
from apps.connections.events import CONNECTION_CHANGED, ConnectionChanged
from apps.connections.models import Connection, ConnectionStatus
from apps.core.http import AuthExpired, OutcomeUnknown, QuotaExceeded, RateLimited, Rejected, Unavailable
from apps.events.models import Event
from apps.events.services import record
from apps.publishing.models import AttemptOutcome, PostStatus, Target, TargetStatus
from apps.publishing.services import ledger
from apps.publishing.services.posts import retry_target
from apps.publishing.subscriptions import go_on
from tests.publishing.conftest import carry_on, run_open_jobs
from tests.publishing.factories import CONTENT, due_target
from tests.publishing.scripted import Fault, Scripted, error

pytestmark = pytest.mark.django_db


def outcomes(target: Target) -> list[tuple[str, str]]:
    return list(target.attempts.order_by("number").values_list("outcome", "error"))


@pytest.mark.spec("PUB-02", "PUB-03")
def test_due_target_is_published_with_link_and_one_attempt(
    platform: Scripted, clock: time_machine.Traveller
) -> None:
    target = due_target()
    carry_on(clock, target)
    assert (target.status, target.external_id, target.link) == (
        TargetStatus.PUBLISHED,
        "video-1",
        "https://tube.example/video-1",
    )
    assert (target.published_at, target.progress, target.stage) == (timezone.now(), "", "done")
    assert bytes(platform.sessions["session-0"]) == CONTENT
    assert platform.calls == ["begin", "send", "look", "finish"]
    assert outcomes(target) == [(AttemptOutcome.ACCEPTED, "")]
    target.post.refresh_from_db()
    assert target.post.status == PostStatus.PUBLISHED


def test_platform_with_a_call_of_its_own_is_told_to_publish(
    committing: Scripted, clock: time_machine.Traveller
) -> None:
    target = due_target()
    carry_on(clock, target)
    assert target.status == TargetStatus.PUBLISHED
    assert committing.calls == ["begin", "send", "commit", "look", "finish"]


def test_platform_that_works_on_it_is_asked_again_by_the_same_job(
    platform: Scripted, clock: time_machine.Traveller
) -> None:
    platform.looks = 3
    target, began = due_target(), timezone.now()
    carry_on(clock, target)
    assert platform.calls == ["begin", "send", "look", "look", "look", "look", "finish"]
    assert timezone.now() - began == timedelta(seconds=90)
    assert target.attempts.count() == 1


def test_upload_says_what_the_post_and_the_channel_say(
    platform: Scripted, clock: time_machine.Traveller
) -> None:
    target = due_target()
    target.overrides = {"title": "Bees!", "privacy": "unlisted", "options": {"license": "creativeCommon"}}
    target.save()
    target.post.hashtags = ["bees", "summer"]
    target.post.save()
    carry_on(clock, target)
    upload = platform.uploads[0]
    assert (upload.title, upload.description) == ("Bees!", "What bees do all day.\n\n#bees #summer")
    assert (upload.privacy, upload.size, upload.content_type) == ("unlisted", len(CONTENT), "video/mp4")
    assert (upload.key, dict(upload.options)) == (target.idempotency_key, {"license": "creativeCommon"})


def changed_event(connection: Connection) -> Event:
    data = ConnectionChanged(connection.platform, connection.name, "active")
    return record(CONNECTION_CHANGED, team=connection.team, subject=connection, data=data)


UNCLEAR: dict[str, Fault] = {
    "unknown": error(OutcomeUnknown),
    "unavailable": error(Unavailable),
}


@pytest.mark.spec("PUB-06", "PUB-05")
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("fault", UNCLEAR)
@pytest.mark.parametrize("call", ["begin", "send", "commit", "look", "finish"])
@pytest.mark.parametrize("commits", [False, True])
def test_answer_that_is_lost_once_makes_no_second_post(
    platform: Scripted, clock: time_machine.Traveller, commits: bool, call: str, fault: str, when: str
) -> None:
    platform.commits, platform.last_byte_publishes = commits, not commits
    platform.extras = ("first comment",)
    platform.faults[(call, 0, when)] = UNCLEAR[fault]
    target = due_target()
    carry_on(clock, target)
    assert target.status == TargetStatus.PUBLISHED
    assert (len(platform.public), platform.done) == (1, ["first comment"])
    assert target.attempts.count() == (1 if call == "commit" and not commits else 2)


@pytest.mark.parametrize("commits", [False, True])
def test_upload_that_breaks_goes_on_where_it_broke(
    platform: Scripted, clock: time_machine.Traveller, commits: bool
) -> None:
    platform.commits, platform.last_byte_publishes = commits, not commits
    platform.faults[("send", 0, "between")] = error(Unavailable, "The line broke.")
    target = due_target()
    carry_on(clock, target)
    assert target.status == TargetStatus.PUBLISHED
    assert platform.calls[:4] == [
        "begin",
        "send",
        "resume" if commits else "settle",
        "send" if commits else "resume",
    ]
    assert len(platform.sessions) == 1
    assert outcomes(target) == [(AttemptOutcome.RETRY, "The line broke."), (AttemptOutcome.ACCEPTED, "")]


def test_session_that_is_gone_is_opened_anew(platform: Scripted, clock: time_machine.Traveller) -> None:
    def lose() -> Exception:
        platform.sessions.clear()
        return Unavailable("Gone.")

    platform.faults[("send", 0, "between")] = lose
    target = due_target()
    carry_on(clock, target)
    assert target.status == TargetStatus.PUBLISHED
    assert platform.calls == ["begin", "send", "settle", "begin", "send", "look", "finish"]


@pytest.mark.spec("P-A07", "PUB-05")
@pytest.mark.parametrize("call", ["begin", "send"])
def test_upload_is_tried_three_times_with_growing_waits_then_failed(
    platform: Scripted, clock: time_machine.Traveller, call: str
) -> None:
    platform.faults[(call, -1, "before")] = error(Unavailable, "YouTube cannot be reached.")
    target = due_target()
    carry_on(clock, target)
    assert (target.status, target.error) == (
        TargetStatus.FAILED,
        "YouTube cannot be reached. It was tried 3 times.",
    )
    attempts = list(target.attempts.order_by("number"))
    assert [attempt.outcome for attempt in attempts] == [AttemptOutcome.RETRY] * 3
    waits = [(attempt.retry_at - attempt.ended_at).total_seconds() for attempt in attempts[:2]]
    assert 60 <= waits[0] < waits[1] <= 150
    assert platform.public == {}


@pytest.mark.spec("PUB-05")
@pytest.mark.parametrize("call", ["begin", "send", "look"])
def test_refusal_fails_at_once_with_the_platform_s_reason_and_a_retry_begins_anew(
    platform: Scripted, clock: time_machine.Traveller, call: str
) -> None:
    platform.commits, platform.last_byte_publishes = True, False
    when = "before"
    platform.faults[(call, 0, when)] = error(Rejected, "The video is too long.", code="tooLong")
    target = due_target()
    carry_on(clock, target)
    assert (target.status, target.error, target.error_code) == (
        TargetStatus.FAILED,
        "The video is too long.",
        "tooLong",
    )
    assert (target.progress, target.stage) == ("", "")
    assert outcomes(target) == [(AttemptOutcome.REJECTED, "The video is too long.")]


@pytest.mark.parametrize("call", ["look", "settle"])
def test_post_that_the_platform_lost_is_sent_again(
    platform: Scripted, clock: time_machine.Traveller, call: str
) -> None:
    def lose() -> Exception:
        platform.public.clear()
        platform.sessions.clear()
        return Rejected("It was lost there.", True, code="internal")

    if call == "settle":
        platform.faults[("send", 0, "after")] = error(OutcomeUnknown)
    platform.faults[(call, 0, "before")] = lose
    target = due_target()
    carry_on(clock, target)
    assert (target.status, platform.calls.count("begin"), len(platform.public)) == (
        TargetStatus.PUBLISHED,
        2,
        1,
    )


@pytest.mark.spec("PUB-06")
@pytest.mark.parametrize("call", ["look", "settle"])
def test_refused_question_leaves_the_doubt_and_uploads_nothing_again(
    platform: Scripted, clock: time_machine.Traveller, call: str
) -> None:
    if call == "settle":
        platform.faults[("send", 0, "after")] = error(OutcomeUnknown)
    platform.faults[(call, 0, "before")] = error(Rejected, "You may not ask.", status=403)
    target = due_target()
    carry_on(clock, target)
    assert (target.status, target.error) == (TargetStatus.FAILED, "You may not ask.")
    clock.shift(1)
    retry_target(target, None)
    carry_on(clock, target)
    assert target.status == TargetStatus.PUBLISHED
    assert (platform.calls.count("send"), len(platform.public)) == (1, 1)


def test_rate_limit_waits_as_long_as_asked_and_spends_no_attempt(
    platform: Scripted, clock: time_machine.Traveller
) -> None:
    for number in range(4):
        platform.faults[("begin", number, "before")] = error(RateLimited, "Too fast.", retry_after_s=500)
    target, began = due_target(), timezone.now()
    carry_on(clock, target)
    assert target.status == TargetStatus.PUBLISHED
    assert timezone.now() - began == timedelta(seconds=2000)


def test_what_never_ends_is_given_up_after_a_day(platform: Scripted, clock: time_machine.Traveller) -> None:
    platform.faults[("begin", -1, "before")] = error(RateLimited, "Too fast.", retry_after_s=7200)
    target, began = due_target(), timezone.now()
    carry_on(clock, target)
    assert (target.status, target.error) == (TargetStatus.FAILED, "Too fast. It was waited for a day.")
    assert timezone.now() - began == timedelta(hours=24)


@pytest.mark.spec("PUB-09")
def test_quota_that_is_used_up_moves_it_and_says_so(
    platform: Scripted, clock: time_machine.Traveller
) -> None:
    platform.faults[("begin", 0, "before")] = error(QuotaExceeded, "No quota.", retry_after_s=3600)
    target = due_target()
    clock.move_to(timezone.now().replace(hour=10, minute=0, second=0, microsecond=0) + timedelta(days=1))
    ledger.claim_all_due()
    run_open_jobs()
    target.refresh_from_db()
    moved_to = timezone.now() + timedelta(hours=1)
    assert (target.status, target.due_at) == (TargetStatus.SCHEDULED, moved_to)
    assert target.moved_reason == (
        f"YouTube allows no more for now. It goes out on {moved_to:%-d %B at %H:%M} (UTC)."
    )
    carry_on(clock, target)
    assert (target.status, target.attempts.count()) == (TargetStatus.PUBLISHED, 2)


@pytest.mark.parametrize("refused", ["thumbnail", "first comment"])
def test_extra_that_is_refused_is_a_warning(
    platform: Scripted, clock: time_machine.Traveller, refused: str
) -> None:
    platform.extras, platform.refuse = ("thumbnail", "captions", "first comment"), (refused,)
    target = due_target()
    carry_on(clock, target)
    assert (target.status, target.warnings) == (TargetStatus.PUBLISHED, [f"The {refused} was refused."])
    assert set(platform.done) == {"thumbnail", "captions", "first comment"} - {refused}


@pytest.mark.parametrize("kind", [Rejected, QuotaExceeded, AuthExpired, Unavailable])
def test_extras_that_never_work_do_not_undo_the_publication(
    platform: Scripted, clock: time_machine.Traveller, kind: type[Exception]
) -> None:
    platform.extras = ("thumbnail",)
    platform.faults[("finish", -1, "before")] = error(kind, "No.")
    target = due_target()
    carry_on(clock, target)
    assert (target.status, target.warnings, len(platform.public)) == (TargetStatus.PUBLISHED, ["No."], 1)


@pytest.mark.parametrize("call", ["begin", "send", "look"])
def test_lost_right_waits_for_a_person_and_goes_on_when_reconnected(
    platform: Scripted, clock: time_machine.Traveller, call: str
) -> None:
    platform.faults[(call, 0, "before")] = error(AuthExpired, "Token revoked.")
    target = due_target()
    ledger.claim_all_due()
    run_open_jobs()
    target.refresh_from_db()
    assert (target.status, target.wait_reason) == (
        TargetStatus.WAITING,
        f"Reconnect {target.connection} on YouTube: it does not let us in.",
    )
    clock.shift(timedelta(hours=2))
    Connection.objects.filter(pk=target.connection_id).update(status=ConnectionStatus.ACTIVE)
    go_on(changed_event(target.connection))
    carry_on(clock, target)
    assert (target.status, len(platform.public), len(platform.sessions)) == (TargetStatus.PUBLISHED, 1, 1)


def test_lost_right_that_nobody_mends_fails_after_a_day(
    platform: Scripted, clock: time_machine.Traveller
) -> None:
    platform.faults[("begin", 0, "before")] = error(AuthExpired, "Token revoked.")
    target, began = due_target(), timezone.now()
    carry_on(clock, target)
    assert target.status == TargetStatus.FAILED
    assert target.error == (
        f"Reconnect {target.connection} on YouTube: it does not let us in. Nobody did within a day."
    )
    assert timezone.now() - began == timedelta(hours=24)


def test_progress_is_sealed_where_it_lies(platform: Scripted, clock: time_machine.Traveller) -> None:
    platform.faults[("look", 0, "before")] = error(Rejected, "No.", status=403)
    target = due_target()
    carry_on(clock, target)
    assert '"id": "session-0"' in target.progress
    assert target.stage == Stage.PROCESSING.value
    with connection.cursor() as cursor:
        cursor.execute("SELECT progress FROM publishing_target")
        assert "session-0" not in str(cursor.fetchall())
