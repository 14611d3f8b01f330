"""From an event to the hand-over at its channel, with a worker running; and 5,000 alerts of one kind at once.

The channel is a Slack webhook on the loopback, which takes what comes. Events are recorded as the product does it: row,
outbox, subscriber, notice, message, job. Then 5,000 jobs die at once, and the messages of one person are counted.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks.jobs import servers
from benchmarks.runner import ROOT, report

EVENTS = 40
ALERTS = 5_000
BAR_S = 5.0
BAR_MESSAGES = 5


def main() -> None:
    with servers(), slack() as hook:
        team, person = _people(hook)
        with worker():
            _hand_over(team)
            _burst(team, person)


@contextmanager
def slack() -> Iterator[str]:
    """A webhook that takes everything; outside calls may reach it."""
    from django.conf import settings

    from tests.core.http_loopback import running
    from tests.notifications.counterparts import Slack

    with running() as loopback:
        os.environ["OUTSIDE_ALLOW_PRIVATE"] = loopback.netloc
        settings.OUTSIDE_ALLOW_PRIVATE = [loopback.netloc]
        yield Slack().open(loopback)


@contextmanager
def worker() -> Iterator[None]:
    """What production runs for short and default work, in one process."""
    words = [sys.executable, "manage.py", "work", "--queues", "short,default", "--inline"]
    with subprocess.Popen(words, cwd=ROOT, stderr=subprocess.DEVNULL) as process:
        try:
            yield
        finally:
            process.terminate()


def _people(hook: str) -> tuple[Any, Any]:
    """A team of one, who is told by Slack and nothing else outside."""
    from django.utils import timezone

    from apps.accounts.models import User
    from apps.notifications.choices import Channel
    from apps.notifications.models import Contact
    from apps.notifications.notices import JOB_FAILED
    from apps.notifications.services.contacts import hash_of
    from apps.notifications.services.preferences import choose
    from apps.teams.services import create_team

    person = User.objects.create_user("bench@example.com")
    team = create_team(name="Bench", owner=person)
    choose(user=person, team=team, kind=JOB_FAILED, channel=Channel.EMAIL, wanted=False)
    Contact.objects.create(
        user=person, channel="slack", address=hook, address_hash=hash_of(hook), verified_at=timezone.now()
    )
    return team, person


def _record(team: Any, number: int) -> Any:
    """A job dies: the event that its end records."""
    from apps.events.services import record
    from apps.jobs.events import JOB_DEAD, JobDead
    from apps.jobs.models import Job

    job = Job(team=team, title=f"Job {number}")
    return record(JOB_DEAD, team=team, subject=job, data=JobDead("bench.work", "no sound", 3))


def _hand_over(team: Any) -> None:
    from apps.notifications.models import Message, Notice

    took = []
    for number in range(EVENTS):
        event = _record(team, number)
        handed = _until(lambda: Message.objects.filter(handed_at__isnull=False).first())
        took.append((handed.handed_at - event.at).total_seconds())
        Notice.objects.all().delete()  # each one is the first of its kind, so none is gathered
    p95 = statistics.quantiles(took, n=20)[-1]
    report(
        "notifications",
        ours=p95,
        ratio=p95,
        bar=BAR_S,
        met=p95 < BAR_S,
        unit="s",
        note=f"p95 of {EVENTS} from the event to its hand-over to Slack on the loopback, one worker; bar: under",
        median_s=statistics.median(took),
    )


def _burst(team: Any, person: Any) -> None:
    from apps.events.models import Delivery
    from apps.notifications.models import Message, Notice

    began = time.monotonic()
    for number in range(ALERTS):
        _record(team, number)
    _until(lambda: not Delivery.objects.filter(done_at=None).exists(), within_s=1800)
    seconds = time.monotonic() - began
    counted = sum(Notice.objects.filter(user=person).values_list("count", flat=True))
    if counted != ALERTS:
        raise RuntimeError(f"{counted} of {ALERTS} alerts are in the centre")
    messages = Message.objects.filter(user=person).count()
    report(
        "notifications_burst",
        ours=float(messages),
        ratio=float(messages),
        bar=float(BAR_MESSAGES),
        met=messages <= BAR_MESSAGES,
        unit="messages a person",
        note=f"{ALERTS:,} alerts of one kind, told in {seconds:.0f} s by one worker; bar: at most",
        seconds=seconds,
    )


def _until(question: Callable[[], Any], *, within_s: float = 60) -> Any:
    end = time.monotonic() + within_s
    while not (answer := question()):
        if time.monotonic() > end:
            raise TimeoutError(f"it did not happen within {within_s} s")
        time.sleep(0.005)
    return answer
