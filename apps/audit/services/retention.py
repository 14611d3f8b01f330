"""Removing what is older than it may be kept, each night, and saying so in the record (AUD-04)."""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from apps.audit.models import AuditRecord
from apps.audit.services.recording import locked_head, record
from apps.audit.services.verifying import chains
from apps.core.retention import KEPT, Kept
from apps.teams.models import Team


def clean_up(now: datetime | None = None) -> dict[str, int]:
    """Remove what is too old of every kind of data; returns how many rows of each. Runs twice without harm."""
    now = now or timezone.now()
    return {kept.name: _clean_up(kept, now - timedelta(days=kept.days)) for kept in KEPT.values()}


@transaction.atomic
def _clean_up(kept: Kept, before: datetime) -> int:
    """One kind, with its line in the record: both or neither."""
    removed = kept.forget(before)
    if removed:
        after = {"kind": kept.name, "days": kept.days, "before": before.isoformat(), "removed": removed}
        record("retention.clean_up", after=after)
    return removed


def forget_lines(before: datetime) -> int:
    """Cut the old lines off the start of every chain; returns how many."""
    return sum(_cut(chain, before) for chain in chains())


@transaction.atomic
def _cut(chain: str, before: datetime) -> int:
    """Cut off what was written before; the sealed head keeps the number and hash of the last line that went.

    So the rest can still be verified, and nobody else can shorten a chain from its start.
    """
    head = locked_head(chain)
    lines = AuditRecord.objects.filter(chain=chain)
    first_kept = lines.filter(at__gte=before).order_by("number").values_list("number", flat=True).first()
    old = lines.filter(number__lt=first_kept if first_kept is not None else head.number + 1)
    last = old.order_by("-number").first()
    if last is None:
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL showrunner.audit_retention = 'on'")
        removed: int = old._raw_delete(old.db)
        cursor.execute("SET LOCAL showrunner.audit_retention = 'off'")
    head.cut_number, head.cut_hash = last.number, last.hash
    head.sign()
    head.save(force_update=True)
    team = Team.objects.filter(pk=last.team_id).first() if last.team_id else None
    if team is not None:
        record(
            "audit.retention", team=team, after={"removed": removed, "up_to": last.number, "hash": last.hash}
        )
    return removed
