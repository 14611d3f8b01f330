"""A scripted platform in YouTube's place, and time that passes until nothing is left to do."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from apps.connections.capabilities import Capability, Limits, MediaLimits, PostKind, TextLimits
from apps.connections.registry import Platform, _load
from apps.jobs.models import OPEN, Job
from apps.jobs.queueing import release_due
from apps.jobs.runner import run_job
from apps.publishing.models import Target, TargetStatus
from apps.publishing.services import ledger
from tests.publishing.scripted import Scripted

CAN = (Capability.PUBLISH, Capability.EDIT, Capability.DELETE)
SETTLED = (TargetStatus.PUBLISHED, TargetStatus.FAILED, TargetStatus.CANCELLED, TargetStatus.DRAFT)


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Scripted:
    """Publishes by the last byte; set `commits` through `committing`."""
    return installed(monkeypatch, Scripted())


@pytest.fixture
def committing(monkeypatch: pytest.MonkeyPatch) -> Scripted:
    """Publishes by a call of its own."""
    return installed(monkeypatch, Scripted(commits=True))


def installed(monkeypatch: pytest.MonkeyPatch, scripted: Scripted, slug: str = "youtube") -> Scripted:
    platform = Platform(
        slug=slug,
        name="YouTube" if slug == "youtube" else "TikTok",
        icon="film",
        colour="accent",
        summary="Stands in for it.",
        capabilities=frozenset(CAN),
        publisher=scripted,
        limits={
            kind: Limits(TextLimits(title=100), MediaLimits(), privacies=("public", "unlisted", "private"))
            for kind in PostKind
        },
    )
    monkeypatch.setitem(_load(), slug, platform)
    return scripted


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Time that stands still until it is moved."""
    with time_machine.travel(timezone.now(), tick=False) as moved:
        yield moved


def run_open_jobs() -> int:
    """Run what may run now, as workers would."""
    release_due()
    jobs = Job.objects.filter(status="queued").order_by("created_at").values_list("pk", flat=True)
    for job_id in list(jobs):
        run_job(str(job_id))
    return len(jobs)


def carry_on(
    clock: time_machine.Traveller, *targets: Target, most: int = 60, within: timedelta = timedelta(days=3)
) -> None:
    """Let time pass from one thing that is due to the next, until these targets are settled or `within` is over."""
    end = timezone.now() + within
    for _ in range(most):
        ledger.claim_all_due()
        if run_open_jobs():
            continue
        for target in targets:
            target.refresh_from_db()
        if all(target.status in SETTLED for target in targets):
            return
        upcoming = _next()
        if upcoming is None or upcoming > end:
            return
        clock.move_to(max(upcoming, timezone.now()))
    raise AssertionError("it never came to an end")


def _next() -> datetime | None:
    due = (
        Target.objects.filter(status__in=ledger.DUE)
        .order_by("due_at")
        .values_list("due_at", flat=True)
        .first()
    )
    run_at = (
        Job.objects.filter(status="scheduled").order_by("run_at").values_list("run_at", flat=True).first()
    )
    return min((moment for moment in (due, run_at) if moment), default=None)


def open_jobs() -> int:
    return Job.objects.filter(status__in=OPEN).count()
