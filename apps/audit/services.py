"""Writing the record, and proving that nobody touched it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction

from apps.accounts.models import User
from apps.audit.models import GENESIS, AuditHead, AuditRecord
from apps.core.caller import current_address
from apps.core.correlation import current_id
from apps.teams.models import Team

INSTALLATION = "installation"


@transaction.atomic(savepoint=False)
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
    """Append one line to the team's chain, in the caller's transaction. `before` and `after` hold no secrets.

    `address` is the caller's where it is not given. Other lines of the same chain wait until the transaction
    ends, so this is the last thing that a service does.
    """
    head = _locked_head(str(team.pk) if team else INSTALLATION)
    line = AuditRecord(
        chain=head.chain,
        number=head.number + 1,
        team=team,
        actor=actor,
        actor_name=_clean(str(actor) if actor else "Showrunner")[:255],
        action=action,
        target_type=target._meta.label if target else "",
        target_id=str(target.pk) if target else "",
        target_name=_clean(str(target))[:255] if target else "",
        before=_plain(before),
        after=_plain(after),
        address=address or current_address(),
        correlation_id=current_id(),
        previous_hash=head.hash,
    )
    line.hash = line.expected_hash()
    line.save(force_insert=True)
    head.number, head.hash = line.number, line.hash
    head.sign()
    head.save(force_update=True)
    return line


def _locked_head(chain: str) -> AuditHead:
    heads = AuditHead.objects.select_for_update(no_key=True)
    head = heads.filter(pk=chain).first()
    if head is None:
        AuditHead.objects.bulk_create([AuditHead(chain=chain)], ignore_conflicts=True)
        head = heads.get(pk=chain)
    return head


def _plain(value: Any) -> Any:
    """The value in JSON that PostgreSQL gives back exactly as it took it, so that its hash can be checked.

    Numbers with a fraction, dates and the like become text.
    """
    if isinstance(value, str):
        return _clean(value)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, Mapping):
        return {_clean(str(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return _clean(str(value))


def _clean(text: str) -> str:
    """Without what PostgreSQL can't store: NUL and halves of surrogate pairs."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")


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
    return _verify_end(chain, expected - 1, previous)


def _verify_end(chain: str, last: int, last_hash: str) -> Break | None:
    """Whether the chain ends where its sealed head says."""
    head = AuditHead.objects.filter(pk=chain).first()
    if head is None:
        return Break(chain, last, "is the last, but the sealed end of the chain is gone")
    if head.number > last:
        return Break(chain, last + 1, "is missing")
    if head.number < last:
        return Break(chain, head.number + 1, "was added behind the sealed end of the chain")
    if head.hash != last_hash:
        return Break(chain, last, "is not the line that the sealed end of the chain names")
    if head.number and not head.is_sealed():
        return Break(chain, last, "is the last, but the end of the chain was not sealed with this SECRET_KEY")
    return None


def chains() -> list[str]:
    """Every chain that has lines or a sealed end."""
    lines = AuditRecord.objects.order_by().values_list("chain", flat=True).distinct()
    return sorted({*lines, *AuditHead.objects.values_list("chain", flat=True)})
