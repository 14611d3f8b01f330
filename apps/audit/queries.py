"""Reading the audit record."""

from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.models import AuditRecord
from apps.teams.models import Team


def records(
    team: Team,
    *,
    text: str = "",
    action: str = "",
    actor: User | None = None,
    first: date | None = None,
    last: date | None = None,
) -> QuerySet[AuditRecord]:
    """The team's records, newest first. `first` and `last` are whole days in the current zone, both included."""
    found = AuditRecord.objects.filter(team=team)
    if text:
        found = found.filter(Q(target_name__icontains=text) | Q(actor_name__icontains=text))
    if action:
        found = found.filter(action=action)
    if actor:
        found = found.filter(actor=actor)
    if first:
        found = found.filter(at__gte=_midnight(first))
    if last:
        found = found.filter(at__lt=_midnight(last + timedelta(days=1)))
    return found


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def actions(team: Team) -> list[str]:
    """Every action that stands in the team's record."""
    names = AuditRecord.objects.filter(team=team).order_by("action").values_list("action", flat=True)
    return list(names.distinct())
