"""What the admin site holds of an operator."""

from collections.abc import Iterator
from typing import Any

from django.contrib.admin.models import LogEntry

from apps.core.personal_data import Part, collects


@collects("admin", LogEntry)
def of_person(user: Any) -> Iterator[Part]:
    """What the operator changed by hand."""
    rows = LogEntry.objects.filter(user=user).order_by("action_time")
    yield Part("changes.json", rows=list(rows.values("action_time", "object_repr", "change_message")))
