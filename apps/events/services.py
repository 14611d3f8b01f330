"""Recording what happened, and handing it to those who listen (EVT-01)."""

from datetime import timedelta
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.core.correlation import correlated, current_id
from apps.core.queue import push, push_on_commit
from apps.core.shield import Failure, attempt
from apps.events import socket
from apps.events.models import Delivery, Event
from apps.events.registry import SUBSCRIBERS, EventType
from apps.teams.models import Team

FIRST_WAIT_S = 5
LONGEST_WAIT_S = 3600


@transaction.atomic
def record(
    event_type: EventType, *, team: Team | None, subject: models.Model, data: Any, actor: User | None = None
) -> Event:
    """Write the event in the caller's transaction; after the commit subscribers and open pages hear of it."""
    event = Event.objects.create(
        team=team,
        type=event_type.name,
        subject_type=subject._meta.label,
        subject_id=str(subject.pk),
        subject_name=str(subject)[:255],
        data=event_type.to_json(data),
        actor=actor,
        correlation_id=current_id(),
    )
    names = SUBSCRIBERS.get(event_type.name, {})
    Delivery.objects.bulk_create(
        Delivery(event=event, subscriber=name, subject_id=event.subject_id) for name in names
    )
    for name in names:
        push_on_commit("short", deliver, name, event.subject_id, timeout_s=60)
    if team is not None:
        team_id = team.pk
        transaction.on_commit(
            lambda: socket.ping(team_id, event.type, event.subject_id, seq=event.pk), robust=True
        )
    return event


def deliver(subscriber: str, subject_id: str) -> int:
    """Hand over what waits for this subscriber about this subject, oldest first; stops at one that fails.

    Returns how many were handed over.
    """
    count = 0
    while _deliver_next(subscriber, subject_id):
        count += 1
    return count


@transaction.atomic
def _deliver_next(subscriber: str, subject_id: str) -> bool:
    waiting = Delivery.objects.select_for_update(of=("self",)).select_related("event__team")
    first = (
        waiting.filter(subscriber=subscriber, subject_id=subject_id, done_at=None).order_by("event").first()
    )
    if first is None or first.next_at > timezone.now():
        return False
    outcome = attempt(_call, first)
    if isinstance(outcome, Failure):
        first.attempts += 1
        wait_s = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** (first.attempts - 1))
        first.next_at = timezone.now() + timedelta(seconds=wait_s)
        first.error = outcome.trace
        first.save(update_fields=["attempts", "next_at", "error"])
        return False
    first.done_at = timezone.now()
    first.save(update_fields=["done_at"])
    return True


def _call(delivery: Delivery) -> None:
    function = SUBSCRIBERS.get(delivery.event.type, {}).get(delivery.subscriber)
    if function is None:
        return  # the subscriber is gone from the product: nobody waits for this any more
    with correlated(delivery.event.correlation_id), transaction.atomic():
        function(delivery.event)


def sweep(*, limit: int = 500) -> int:
    """Put every delivery that is due and was left behind on the queue again; returns how many subjects."""
    due = Delivery.objects.filter(done_at=None, next_at__lte=timezone.now() - timedelta(seconds=2))
    pairs = set(due.order_by("next_at").values_list("subscriber", "subject_id")[:limit])
    for subscriber, subject_id in pairs:
        push("short", deliver, subscriber, subject_id, timeout_s=60)
    return len(pairs)


def missed(team: Team, *, after: int, limit: int = 200) -> list[tuple[int, str, str]] | None:
    """Events (id, type, subject id) since `after`, or None where there are too many to list.

    Ids may commit out of order, so a few earlier ones are repeated; repeating harms no page.
    """
    rows = Event.objects.in_team(team).filter(id__gt=after - 20).order_by("id")
    found = list(rows.values_list("id", "type", "subject_id")[: limit + 1])
    return None if len(found) > limit else found
