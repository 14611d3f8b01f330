"""What the outbox holds of a person."""

import json
from collections.abc import Iterator
from typing import Any

from apps.core.personal_data import Part, collects, forgets
from apps.events.models import Event

FIELDS = ("at", "type", "subject_type", "subject_name", "data", "team_id")


@collects("events", Event)
def of_person(user: Any) -> Iterator[Part]:
    """What happened because the person did something."""
    yield Part("events.json", rows=list(Event.objects.filter(actor=user).order_by("pk").values(*FIELDS)))


@forgets("events")
def forget_person(user: Any) -> None:
    """Some events say by name who did it."""
    name = str(user)
    in_json = json.dumps(name, ensure_ascii=False)
    for event in Event.objects.filter(actor=user, data__icontains=in_json):
        event.data = {key: "" if value == name else value for key, value in event.data.items()}
        event.save(update_fields=["data"])
