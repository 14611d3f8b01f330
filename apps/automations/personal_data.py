"""What automations hold of a person."""

from collections.abc import Iterator
from typing import Any

from apps.automations.models import Automation
from apps.core.personal_data import Part, collects

FIELDS = ("team_id", "name", "event_type", "conditions", "action", "wishes", "is_on", "created_at")


@collects("automations", Automation)
def of_person(user: Any) -> Iterator[Part]:
    """The automations that the person made, which act in their name."""
    rows = Automation.objects.filter(made_by=user).order_by("created_at")
    yield Part("automations.json", rows=list(rows.values(*FIELDS)))
