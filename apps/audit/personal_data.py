"""What the audit record holds of a person."""

from collections.abc import Iterator
from typing import Any

from apps.audit.models import AuditRecord
from apps.core.personal_data import Part, collects

FIELDS = ("at", "action", "target_type", "target_name", "before", "after", "address", "team_id")


@collects("audit", AuditRecord)
def of_person(user: Any) -> Iterator[Part]:
    """What the person did that was worth a record."""
    yield Part(
        "records.json", rows=list(AuditRecord.objects.filter(actor=user).order_by("at").values(*FIELDS))
    )
