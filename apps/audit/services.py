"""Writing the record, and proving that nobody touched it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, models, transaction

from apps.accounts.models import User
from apps.audit.models import AuditRecord
from apps.core.correlation import current_id
from apps.teams.models import Team

GENESIS = "0" * 64
INSTALLATION = "installation"


@transaction.atomic
def record(
    action: str,
    *,
    team: Team | None = None,
    actor: User | None = None,
    target: models.Model | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    address: str | None = None,
) -> AuditRecord:
    """Append one line to the team's chain, in the caller's transaction. `before` and `after` hold no secrets."""
    chain = str(team.pk) if team else INSTALLATION
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [chain])
    last = AuditRecord.objects.filter(chain=chain).order_by("-number").only("number", "hash").first()
    line = AuditRecord(
        chain=chain,
        number=last.number + 1 if last else 1,
        team=team,
        actor=actor,
        actor_name=str(actor) if actor else "Showrunner",
        action=action,
        target_type=target._meta.label if target else "",
        target_id=str(target.pk) if target else "",
        target_name=str(target)[:255] if target else "",
        before=dict(before) if before is not None else None,
        after=dict(after) if after is not None else None,
        address=address,
        correlation_id=current_id(),
        previous_hash=last.hash if last else GENESIS,
    )
    line.hash = line.expected_hash()
    line.save(force_insert=True)
    return line


@dataclass(frozen=True)
class Break:
    """The first place where a chain no longer holds."""

    chain: str
    number: int
    reason: str


def verify(chain: str) -> Break | None:
    """Walk one chain from its start; the first missing, changed or re-linked line, or None when it is whole."""
    previous, expected = GENESIS, 1
    for line in AuditRecord.objects.filter(chain=chain).order_by("number").iterator(chunk_size=500):
        if line.number != expected:
            return Break(chain, expected, "is missing")
        if line.previous_hash != previous:
            return Break(chain, line.number, "does not follow the line before it")
        if line.hash != line.expected_hash():
            return Break(chain, line.number, "was changed after it was written")
        previous, expected = line.hash, expected + 1
    return None


def chains() -> list[str]:
    return list(AuditRecord.objects.order_by("chain").values_list("chain", flat=True).distinct())
