"""Reading what happened."""

from django.db.models import QuerySet

from apps.events.models import Event
from apps.events.registry import EVENT_TYPES
from apps.teams.models import Team


def events(team: Team, *, text: str = "", type_name: str = "") -> QuerySet[Event]:
    """The team's events, newest first: of one type, about subjects whose name holds `text`."""
    found: QuerySet[Event] = Event.objects.in_team(team).select_related("actor")
    if text:
        found = found.filter(subject_name__icontains=text)
    if type_name:
        found = found.filter(type=type_name)
    return found


def type_choices() -> list[tuple[str, str]]:
    return sorted(((name, kind.title) for name, kind in EVENT_TYPES.items()), key=lambda choice: choice[1])
