"""Proving that nobody touched the record (AUD-03)."""

from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from apps.audit.models import GENESIS, AuditCheck, AuditHead, AuditRecord

LINES_AT_A_TIME = 500


@dataclass(frozen=True)
class Break:
    """The first place where a chain no longer holds."""

    chain: str
    number: int
    reason: str


def verify(chain: str) -> Break | None:
    """Walk one chain from its first kept line; the first missing, changed or re-linked one, or None when it is whole.

    Others may write meanwhile: lines that come after the walk began are not looked at. Where retention removed
    lines meanwhile, it is walked once more.
    """
    head = AuditHead.objects.filter(pk=chain).first()
    found = _walk(chain, head)
    if found is not None and head is not None:
        now = AuditHead.objects.filter(pk=chain).first()
        if now is not None and now.cut_number != head.cut_number and now.is_sealed():
            return _walk(chain, now)
    return found


def _walk(chain: str, head: AuditHead | None) -> Break | None:
    previous, expected = (head.cut_hash, head.cut_number + 1) if head else (GENESIS, 1)
    lines = AuditRecord.objects.filter(chain=chain).order_by("number")
    if head is not None:
        lines = lines.filter(number__lte=head.number)
    for line in lines.iterator(chunk_size=LINES_AT_A_TIME):
        if line.number < expected:
            return Break(chain, line.number, "had been removed by retention and is back")
        if line.number > expected:
            return Break(chain, expected, "is missing")
        if line.previous_hash != previous:
            return Break(chain, line.number, "does not follow the line before it")
        if line.hash != line.expected_hash():
            return Break(chain, line.number, "was changed after it was written")
        previous, expected = line.hash, expected + 1
    return _verify_end(chain, head, expected - 1, previous)


def _verify_end(chain: str, head: AuditHead | None, last: int, last_hash: str) -> Break | None:
    """Whether the chain ends where its sealed head says."""
    if head is None:
        return Break(chain, last, "is the last, but the sealed end of the chain is gone")
    if head.number > last:
        return Break(chain, last + 1, "is missing")
    if _has_lines_behind_its_end(chain):
        return Break(chain, head.number + 1, "was added behind the sealed end of the chain")
    if head.hash != last_hash:
        return Break(chain, last, "is not the line that the sealed end of the chain names")
    if head.number and not head.is_sealed():
        return Break(chain, last, "is the last, but the end of the chain was not sealed with this SECRET_KEY")
    return None


def _has_lines_behind_its_end(chain: str) -> bool:
    """Asked in one statement, so that a line that is being added is seen together with the end that it moved."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM audit_auditrecord line JOIN audit_audithead head USING (chain)"
            " WHERE chain = %s AND line.number > head.number)",
            [chain],
        )
        return bool(cursor.fetchone()[0])


def check(chain: str) -> AuditCheck:
    """Verify one chain and keep what came of it for its page."""
    found = verify(chain)
    facts = {
        "checked_at": timezone.now(),
        "lines": AuditRecord.objects.filter(chain=chain).count(),
        "broken_at": found.number if found else None,
        "reason": found.reason if found else "",
    }
    return AuditCheck.objects.update_or_create(chain=chain, defaults=facts)[0]


def chains() -> list[str]:
    """Every chain that has lines or a sealed end."""
    lines = AuditRecord.objects.order_by().values_list("chain", flat=True).distinct()
    return sorted({*lines, *AuditHead.objects.values_list("chain", flat=True)})
