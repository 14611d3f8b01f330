"""What exports hold of a person."""

from collections.abc import Iterator
from typing import Any

from apps.core.personal_data import Part, collects
from apps.privacy.models import DataExport


@collects("exports", DataExport)
def of_person(user: Any) -> Iterator[Part]:
    """When exports were asked for; not what was in them, which is in this one."""
    rows = DataExport.objects.filter(user=user).order_by("created_at")
    yield Part("exports.json", rows=list(rows.values("status", "size", "created_at", "expires_at")))
