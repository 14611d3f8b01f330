"""Reading the audit record."""

from datetime import date, datetime, time, timedelta

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from apps.audit.models import AuditCheck, AuditHead, AuditRecord
from apps.teams.models import Team

# PostgreSQL has no loose index scan of its own: https://wiki.postgresql.org/wiki/Loose_indexscan
ACTIONS = """
WITH RECURSIVE names AS (
  (SELECT action FROM audit_auditrecord WHERE team_id = %(team)s ORDER BY action LIMIT 1)
  UNION ALL
  SELECT (SELECT action FROM audit_auditrecord WHERE team_id = %(team)s AND action > names.action
          ORDER BY action LIMIT 1)
  FROM names WHERE names.action IS NOT NULL
)
SELECT action FROM names
"""


def records(
    team: Team,
    *,
    text: str = "",
    action: str = "",
    actor: str = "",
    first: date | None = None,
    last: date | None = None,
) -> QuerySet[AuditRecord]:
    """The team's records, newest first.

    `text` is a part of a name, the beginning of an address, or a correlation id; `actor` a part of the name of who
    did it. `first` and `last` are whole days in the current zone, both included.
    """
    found = AuditRecord.objects.filter(team=team)
    if text:
        words = Q(target_name__icontains=text) | Q(actor_name__icontains=text)
        found = found.filter(words | Q(correlation_id=text) | Q(address__startswith=text))
    if action:
        found = found.filter(action=action)
    if actor:
        found = found.filter(actor_name__icontains=actor)
    if first:
        found = found.filter(at__gte=_midnight(first))
    if last:
        found = found.filter(at__lt=_midnight(last + timedelta(days=1)))
    return found


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def actions(team: Team) -> list[str]:
    """Every action that stands in the team's record: from one name to the next in the index, not row by row."""
    with connection.cursor() as cursor:
        cursor.execute(ACTIONS, {"team": team.pk})
        return [action for (action,) in cursor.fetchall() if action is not None]


def head(team: Team) -> AuditHead:
    """The end of the team's chain; that of an empty one where nothing was written yet."""
    chain = str(team.pk)
    return AuditHead.objects.filter(pk=chain).first() or AuditHead(chain=chain)


def latest_check(team: Team) -> AuditCheck | None:
    """What the latest verification of the team's chain found."""
    return AuditCheck.objects.filter(pk=str(team.pk)).first()
