"""What follows when a target's job cannot go on: it waits, is tried again, moves to another day, fails – or is out."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from apps.connections.errors import NeedsReconnecting
from apps.connections.models import Connection
from apps.connections.registry import PLATFORMS, Platform
from apps.connections.services import quota, tokens
from apps.connections.services.circuit import CircuitOpen
from apps.core.errors import UserError
from apps.core.http import (
    AuthExpired,
    OutcomeUnknown,
    OutsideError,
    QuotaExceeded,
    RateLimited,
    Rejected,
    Unavailable,
)
from apps.events.services import record
from apps.jobs.backoff import wait_s
from apps.jobs.runner import JobRun
from apps.publishing import clock
from apps.publishing.errors import NextWindow
from apps.publishing.events import (
    TARGET_FAILED,
    TARGET_PUBLISHED,
    TARGET_WAITING,
    TargetFailed,
    TargetPublished,
    TargetWaiting,
)
from apps.publishing.models import Attempt, AttemptOutcome, Target, TargetStatus
from apps.publishing.moments import reached
from apps.publishing.services import preparing, refusals, results
from apps.publishing.services.claims import mine
from apps.publishing.services.operations import operation_of

TRIES = 3
HOLD_AT_MOST = timedelta(hours=24)
LOOK_FOR_FILE = timedelta(minutes=5)  # should the job that makes it be lost
LONGEST_WAIT_S = 900.0
RATE_WAIT_S = 60.0
RENEWED_S = 10.0
UNREADABLE = "The file in the library is damaged or gone. Choose another one, then try again."
UNSURE = (OutcomeUnknown, Unavailable)  # after these a doubt stays a doubt
ONLY_ASK = ("look", "settle")  # calls that change nothing: asking again spends no attempt


def react(run: JobRun, target_id: UUID, platform: Platform, call: str, error: Exception) -> dict[str, Any]:
    """Write down what a failed call means. What has to be told outside of this app is told before the row is locked."""
    if isinstance(error, AuthExpired):
        tokens.report_auth_failure(_connection(target_id), error)
    if isinstance(error, QuotaExceeded):
        kind = Target.objects.values_list("post__kind", flat=True).get(pk=target_id)
        quota.exhausted(_connection(target_id), operation_of(call, kind), error)
    with transaction.atomic():
        target = mine(run, target_id, with_post=True)
        attempt = target.attempts.get(outcome=AttemptOutcome.GOING)
        if _is_verdict(call, error):
            attempt.in_doubt = ""
        if _is_fate(call, error):
            _begin_anew(target)
        if isinstance(error, AuthExpired) and target.connection.is_usable:  # renewed, or it soon will be
            wait = RENEWED_S if target.held_since is None else _growing_s(target)
            return _rest(target, attempt, error.message, wait)
        if call == "finish" and not isinstance(error, RateLimited):
            return _left_out(target, attempt, error)
        return _follow(target, attempt, platform, call, error)


def _connection(target_id: UUID) -> Connection:
    connection: Connection = Connection.objects.get(targets=target_id)
    return connection


def _is_fate(call: str, error: Exception) -> bool:
    """Whether a question was answered, and the answer is that the post itself failed there."""
    told = isinstance(error, Rejected | QuotaExceeded | RateLimited) and (error.status or 200) < 400
    return call in ONLY_ASK and told


def _is_verdict(call: str, error: Exception) -> bool:
    """Whether it is certain that nothing of it is out: the platform refused a call that makes something, or said that
    the post failed. That a question was refused says nothing about the post."""
    if call in ONLY_ASK:
        return _is_fate(call, error)
    return isinstance(error, OutsideError | UserError) and not isinstance(error, UNSURE)


def _follow(
    target: Target, attempt: Attempt, platform: Platform, call: str, error: Exception
) -> dict[str, Any]:
    if isinstance(error, NeedsReconnecting | AuthExpired):
        return wait_for_person(target, attempt, error)
    if isinstance(error, NextWindow):
        return _move(target, attempt, platform, error.until)
    if isinstance(error, QuotaExceeded):
        return _move(target, attempt, platform, _next_window(target, error))
    if isinstance(error, CircuitOpen | RateLimited):
        return _rest(target, attempt, error.message, error.retry_after_s or RATE_WAIT_S)
    if isinstance(error, UNSURE) and call in ONLY_ASK:
        return _rest(target, attempt, error.message, max(_growing_s(target), error.retry_after_s or 0))
    if isinstance(error, OutsideError) and (error.retryable or not isinstance(error, Rejected)):
        return _again(target, attempt, error)
    return fail(target, attempt, _sentence(error), _code(error), start_over=_is_verdict(call, error))


def _sentence(error: Exception) -> str:
    return error.message if isinstance(error, OutsideError | UserError) else UNREADABLE


def _code(error: Exception) -> str:
    return error.code if isinstance(error, OutsideError) else ""


def _growing_s(target: Target) -> float:
    """As long again as it has waited already."""
    since = target.held_since or timezone.now()
    return min(max((timezone.now() - since).total_seconds(), settings.PUBLISH_FIRST_WAIT_S), LONGEST_WAIT_S)


def _again(target: Target, attempt: Attempt, error: OutsideError) -> dict[str, Any]:
    """The next of three attempts, after a wait that grows."""
    if target.attempts_made >= TRIES:
        tried = f"{error.message} It was tried {TRIES} times."
        return fail(target, attempt, tried, error.code, outcome=_outcome(error))
    grown = wait_s(target.attempts_made, first_s=settings.PUBLISH_FIRST_WAIT_S, longest_s=LONGEST_WAIT_S)
    until = timezone.now() + timedelta(seconds=max(grown, error.retry_after_s or 0))
    _end(attempt, _outcome(error), error.message, error.code, until)
    return _wait(target, error.message, until)


def _outcome(error: OutsideError) -> AttemptOutcome:
    return AttemptOutcome.UNKNOWN if isinstance(error, OutcomeUnknown) else AttemptOutcome.RETRY


def _rest(target: Target, attempt: Attempt, reason: str, wait: float) -> dict[str, Any]:
    """Wait for what the target cannot mend, without spending an attempt; a day at most."""
    now = timezone.now()
    target.held_since = target.held_since or now
    if now - target.held_since >= HOLD_AT_MOST:
        return fail(target, attempt, f"{reason} It was waited for a day.", "", outcome=AttemptOutcome.RETRY)
    until = min(now + timedelta(seconds=wait), target.held_since + HOLD_AT_MOST)
    target.attempts_made = max(target.attempts_made - 1, 0)
    _end(attempt, AttemptOutcome.RETRY, reason, "", until)
    return _wait(target, reason, until)


def wait_for_person(
    target: Target, attempt: Attempt | None, error: NeedsReconnecting | AuthExpired
) -> dict[str, Any]:
    """Wait until somebody reconnects, which begins it anew at once; a day at most."""
    now = timezone.now()
    target.held_since = target.held_since or now
    reason, code = reconnect_sentence(target.connection), _code(error)
    if now - target.held_since >= HOLD_AT_MOST:
        late = f"{reason} Nobody did within a day."
        return fail(target, attempt, late, code or "reconnect", outcome=AttemptOutcome.RETRY)
    until = target.held_since + HOLD_AT_MOST
    if attempt is not None and attempt.outcome == AttemptOutcome.GOING:
        target.attempts_made = max(target.attempts_made - 1, 0)
        _end(attempt, AttemptOutcome.RETRY, error.message, code, until)
    return _wait(target, reason, until)


def wait_for_file(target: Target) -> dict[str, Any]:
    """Wait for the copy that is made for this channel, which begins it anew when it is there; a day at most."""
    now = timezone.now()
    target.held_since = target.held_since or now
    if now - target.held_since >= HOLD_AT_MOST:
        return fail(target, None, "The file could not be made ready for this channel within a day.", "file")
    preparing.start_now(target.post)
    return _wait(target, preparing.WAITS, now + LOOK_FOR_FILE)


def reconnect_sentence(connection: Connection) -> str:
    platform = PLATFORMS.get(connection.platform)
    return f"Reconnect {connection} on {platform.name if platform else connection.platform}: it does not let us in."


def _next_window(target: Target, error: QuotaExceeded) -> datetime:
    now = timezone.now()
    until = quota.affordable(target.connection, operation_of("begin", target.post.kind))
    return until if until and until > now else now + timedelta(seconds=error.retry_after_s or 3600)


def _move(target: Target, attempt: Attempt, platform: Platform, until: datetime) -> dict[str, Any]:
    """To the next window of the quota, and say so (PUB-09)."""
    local = clock.on_clock(until, target.post.zone)
    reason = f"{platform.name} allows no more for now. It goes out on {local:%-d %B at %H:%M} ({target.post.zone})."
    target.attempts_made = max(target.attempts_made - 1, 0)
    target.moved_reason, target.held_since = reason[:300], None
    _end(attempt, AttemptOutcome.RETRY, reason, "quota", until)
    status = TargetStatus.WAITING if target.stage else TargetStatus.SCHEDULED
    return _wait(target, reason, until, status=status)


def _wait(
    target: Target, reason: str, until: datetime, *, status: TargetStatus = TargetStatus.WAITING
) -> dict[str, Any]:
    """`target` and its post are locked."""
    target.status, target.due_at, target.claimed_until = status, until, None
    target.wait_reason = reason[:300] if status == TargetStatus.WAITING else ""
    target.save(
        update_fields=[
            "status", "due_at", "claimed_until", "wait_reason", "moved_reason", "held_since", "attempts_made",
            "progress", "stage", "external_id", "link", "share", "updated_at",
        ]
    )  # fmt: skip
    data = TargetWaiting(str(target.post_id), target.connection.platform, reason, until.isoformat())
    record(TARGET_WAITING, team=target.team, subject=target, data=data)
    results.settle_post(target.post)
    return {"waits": reason, "until": until.isoformat()}


def fail(
    target: Target,
    attempt: Attempt | None,
    reason: str,
    code: str,
    *,
    outcome: AttemptOutcome = AttemptOutcome.REJECTED,
    start_over: bool = False,
) -> dict[str, Any]:
    """It does not go out until a person tries again; with `start_over` from the very beginning then."""
    if attempt is not None:
        _end(attempt, outcome, reason, code, None)
    target.status, target.claimed_until, target.wait_reason, target.held_since = (
        TargetStatus.FAILED,
        None,
        "",
        None,
    )
    target.error, target.error_code = reason[:500], code[:60]
    if start_over:
        _begin_anew(target)
    target.save()
    data = TargetFailed(
        str(target.post_id),
        target.connection.platform,
        str(target.connection),
        target.error,
        target.error_code,
    )
    record(TARGET_FAILED, team=target.team, subject=target, data=data)
    refusals.suspect(target, code, reason)
    results.settle_post(target.post)
    return {"failed": target.error}


def _begin_anew(target: Target) -> None:
    """Forget the upload, of which nothing is out; not saved here."""
    target.progress = target.stage = target.external_id = target.link = ""
    target.share = 0.0


def _end(attempt: Attempt, outcome: AttemptOutcome, error: str, code: str, retry_at: datetime | None) -> None:
    attempt.outcome, attempt.ended_at, attempt.retry_at = outcome, timezone.now(), retry_at
    attempt.error, attempt.error_code = error[:500], code[:60]
    attempt.save(
        update_fields=["outcome", "ended_at", "retry_at", "error", "error_code", "in_doubt", "updated_at"]
    )


def _left_out(target: Target, attempt: Attempt, error: Exception) -> dict[str, Any]:
    """It is public; what goes with it could not be added, which is worth a warning and no more."""
    retryable = (isinstance(error, OutsideError) and error.retryable) or isinstance(error, OutcomeUnknown)
    if retryable and target.attempts_made < TRIES and isinstance(error, OutsideError):
        return _again(target, attempt, error)
    target.warnings = [*target.warnings, _sentence(error)[:500]]
    return _published(target, attempt)


def conclude(run: JobRun, target_id: UUID) -> dict[str, Any]:
    """The platform has done everything: the target is published."""
    with transaction.atomic():
        target = mine(run, target_id, with_post=True)
        done = _published(target, target.attempts.get(outcome=AttemptOutcome.GOING))
        reached("end.written", target_id)
    reached("end.committed", target_id)
    return done


def _published(target: Target, attempt: Attempt) -> dict[str, Any]:
    _end(attempt, AttemptOutcome.ACCEPTED, "", "", None)
    target.status, target.published_at, target.share = TargetStatus.PUBLISHED, timezone.now(), 1.0
    target.claimed_until, target.held_since, target.wait_reason = None, None, ""
    target.progress = target.error = target.error_code = (
        ""  # the session is a secret that nobody needs any more
    )
    target.save()
    data = TargetPublished(
        str(target.post_id),
        target.connection.platform,
        str(target.connection),
        target.external_id,
        target.link,
        list(target.warnings),
    )
    record(TARGET_PUBLISHED, team=target.team, subject=target, data=data)
    results.settle_post(target.post)
    return {"published": target.external_id, "link": target.link}
