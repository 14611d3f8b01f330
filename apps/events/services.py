"""Recording what happened, and handing it to those who listen (EVT-01)."""

import logging
from datetime import timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from apps.accounts.models import User
from apps.core import locks
from apps.core.correlation import correlated, current_id
from apps.core.queue import push, push_on_commit
from apps.core.shield import Failure, attempt
from apps.events import socket
from apps.events.models import Delivery, Event
from apps.events.registry import EventType, function_of, subscribers_of
from apps.teams.models import Team

logger = logging.getLogger(__name__)

FIRST_WAIT_S = 5
LONGEST_WAIT_S = 3600
LOST_AFTER_S = 15  # a delivery that was put on the queue so long ago and is still not done
MISSED_OVERLAP_S = 30  # longer than a transaction lasts
MISSED_OVERLAP_IDS = 500
KEEP_DELIVERIES = timedelta(days=14)


@transaction.atomic(savepoint=False)
def record(
    event_type: EventType, *, team: Team | None, subject: models.Model, data: Any, actor: User | None = None
) -> Event:
    """Write the event in the caller's transaction; after the commit subscribers and open pages hear of it."""
    names = subscribers_of(team, event_type.name)
    subject_id = str(subject.pk)
    if names:
        locks.hold(
            _order_lock(subject_id), shared=True
        )  # before the event gets its number: see _settle_order
    event = Event.objects.create(
        team=team,
        type=event_type.name,
        subject_type=subject._meta.label,
        subject_id=subject_id,
        subject_name=str(subject)[:255],
        data=event_type.to_json(data),
        actor=actor,
        correlation_id=current_id(),
    )
    Delivery.objects.bulk_create(
        Delivery(event=event, subscriber=name, subject_id=subject_id) for name in names
    )
    for name in names:
        push_on_commit("short", deliver, name, subject_id, timeout_s=60)
    if team is not None:
        team_id = team.pk
        transaction.on_commit(lambda: socket.ping(team_id, event.type, subject_id, seq=event.pk), robust=True)
    return event


def deliver(subscriber: str, subject_id: str) -> int:
    """Hand over what waits for this subscriber about this subject, oldest first; stops at one that fails.

    Returns how many were handed over. Events that are recorded meanwhile bring their own call.
    """
    newest = _waiting(subscriber, subject_id).order_by("-event_id").values_list("event_id", flat=True).first()
    if newest is None:
        return 0
    _settle_order(subject_id)
    count = 0
    while _deliver_first(subscriber, subject_id, newest):
        count += 1
    return count


def _waiting(subscriber: str, subject_id: str) -> models.QuerySet[Delivery]:
    return Delivery.objects.filter(subscriber=subscriber, subject_id=subject_id, done_at=None)


def _order_lock(subject_id: str) -> str:
    return f"events.order:{subject_id}"


def _settle_order(subject_id: str) -> None:
    """Wait until every open transaction that recorded an event about this subject has ended.

    Numbers are given when events are written, not when they are committed. Whoever writes one holds the lock,
    shared, from before it has its number until its commit; so once we had the lock to ourselves, no smaller
    number than any that we saw before can still appear.
    """
    with transaction.atomic():
        locks.hold(_order_lock(subject_id))


@transaction.atomic
def _deliver_first(subscriber: str, subject_id: str, newest: int) -> bool:
    waiting = _waiting(subscriber, subject_id).select_for_update(no_key=True, of=("self",))
    first = waiting.filter(event__lte=newest).select_related("event__team").order_by("event_id").first()
    if first is None:
        return False
    if first.next_at > timezone.now():
        _wait_until(subscriber, subject_id, first.next_at)
        return False
    outcome = attempt(_call, first)
    if isinstance(outcome, Failure):
        _put_off(first, outcome)
        return False
    first.done_at = timezone.now()
    first.error = ""
    first.save(update_fields=["done_at", "error"])
    return True


def _call(delivery: Delivery) -> None:
    function = function_of(delivery.event.type, delivery.subscriber)
    if function is None:
        return  # the subscriber is gone from the product: nobody waits for this any more
    with correlated(delivery.event.correlation_id), transaction.atomic():
        function(delivery.event)


def _put_off(delivery: Delivery, failure: Failure) -> None:
    wait_s = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(delivery.attempts, 20))
    delivery.attempts += 1
    delivery.next_at = timezone.now() + timedelta(seconds=wait_s)
    delivery.error = failure.trace
    delivery.save(update_fields=["attempts", "next_at", "error"])
    _wait_until(delivery.subscriber, delivery.subject_id, delivery.next_at)
    logger.error(
        "%s failed on %s for the %s. time, again in %s s: %s",
        delivery.subscriber,
        delivery.event.type,
        delivery.attempts,
        wait_s,
        failure.sentence,
    )


def _wait_until(subscriber: str, subject_id: str, when: Any) -> None:
    """Let the sweep look at this subscriber and subject again at that time and not before."""
    waiting = _waiting(subscriber, subject_id)
    waiting.filter(next_at__lt=when).update(next_at=when)
    waiting.update(pushed_at=None)


def sweep(*, limit: int = 500) -> int:
    """Put every delivery that is due and was left behind on the queue again; returns how many subjects."""
    now = timezone.now()
    lost = Q(pushed_at=None) | Q(pushed_at__lt=now - timedelta(seconds=LOST_AFTER_S))
    with transaction.atomic():
        due = Delivery.objects.select_for_update(skip_locked=True, no_key=True)
        rows = list(due.filter(lost, done_at=None, next_at__lte=now).order_by("next_at")[:limit])
        Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(pushed_at=now)
    pairs = dict.fromkeys((row.subscriber, row.subject_id) for row in rows)
    for subscriber, subject_id in pairs:
        push("short", deliver, subscriber, subject_id, timeout_s=60)
    return len(pairs)


def forget_delivered() -> int:
    """Remove deliveries that were done two weeks ago; the events stay. Returns how many."""
    old = timezone.now() - KEEP_DELIVERIES
    return Delivery.objects.filter(done_at__lt=old).delete()[0]


def missed(team: Team, *, after: int, limit: int = 200) -> list[tuple[int, str, str]] | None:
    """Events (id, type, subject id) since `after`, or None where there are too many to list.

    Ids may commit out of order, so events of the half minute before are repeated; repeating harms no page.
    """
    events = Event.objects.in_team(team).order_by("id")
    seen_at = events.filter(id=after).values_list("at", flat=True).first()
    if seen_at is None:
        return None if events.filter(id__gt=after).exists() else []
    since = seen_at - timedelta(seconds=MISSED_OVERLAP_S)
    rows = events.filter(id__gt=after - MISSED_OVERLAP_IDS, at__gt=since).exclude(id=after)
    found = list(rows.values_list("id", "type", "subject_id")[: limit + 1])
    return None if len(found) > limit else found
