"""Writing the record."""

from collections.abc import Mapping
from typing import Any

from django.db import models, transaction

from apps.accounts.models import User
from apps.audit.models import INSTALLATION, AuditHead, AuditRecord
from apps.core.caller import current_address
from apps.core.correlation import current_id
from apps.teams.models import Team


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
    head = locked_head(str(team.pk) if team else INSTALLATION)
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


def locked_head(chain: str) -> AuditHead:
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
