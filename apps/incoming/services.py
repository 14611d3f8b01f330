"""Taking calls in: checked, kept as they came, handled once by a job."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.core.metrics import Counter
from apps.incoming.errors import Refused
from apps.incoming.models import Hook, HookStatus
from apps.incoming.registry import SOURCES, Call, Source
from apps.jobs.services import enqueue

AHEAD = timedelta(minutes=5)  # how far a sender's clock may be before ours
TAKEN = Counter(
    "showrunner_hooks_total", "Calls of other services, by what became of them.", ("source", "outcome")
)


@dataclass(frozen=True)
class Receipt:
    """`is_new` is False for what we had already; `answer` is what the sender wants to read, `answer_type` its type."""

    is_new: bool
    answer: str
    answer_type: str


def receive(source: Source, call: Call, now: datetime | None = None) -> Receipt:
    """Keep a genuine call and have it handled. Raises Refused; nothing is kept then."""
    try:
        genuine = source.verify(call)
        _check_age(source, genuine.sent_at, now or timezone.now())
    except Refused:
        TAKEN.add(source=source.name, outcome="refused")
        raise
    kept = {name: call.headers[name] for name in source.keeps if name in call.headers}
    hook = Hook(
        source=source.name,
        delivery_id=genuine.delivery_id[:200],
        topic=genuine.topic[:100],
        headers=kept,
        body=call.body,
        sent_at=genuine.sent_at,
    )
    is_new = _keep(hook)
    TAKEN.add(source=source.name, outcome="new" if is_new else "again")
    return Receipt(is_new, genuine.answer, genuine.answer_type)


def _check_age(source: Source, sent_at: datetime | None, now: datetime) -> None:
    if sent_at is None:
        return
    if sent_at < now - source.oldest:
        raise Refused("This was sent too long ago.")
    if sent_at > now + AHEAD:
        raise Refused("This says that it was sent in the future.")


@transaction.atomic
def _keep(hook: Hook) -> bool:
    """Whether it is new. Of two at once the second waits for the first."""
    from apps.incoming.jobs import handle_hook

    Hook.objects.bulk_create([hook], ignore_conflicts=True)
    if not Hook.objects.filter(pk=hook.pk).exists():
        return False
    enqueue(
        handle_hook,
        team=None,
        args={"hook_id": str(hook.pk)},
        key=f"incoming:{hook.pk}",
        subject=hook,
        title=f"Handle what {hook.source} told",
    )
    return True


@transaction.atomic
def handle(hook_id: UUID) -> str:
    """Handle it, unless that is done; returns its status."""
    hook = Hook.objects.select_for_update().filter(pk=hook_id).first()
    if hook is None:
        return ""
    source = SOURCES.get(hook.source)
    if hook.status == HookStatus.RECEIVED and source is not None:
        done = source.handle(hook)
        hook.status, hook.handled_at = HookStatus.HANDLED if done else HookStatus.IGNORED, timezone.now()
        hook.save(update_fields=["status", "handled_at", "updated_at"])
    return hook.status
