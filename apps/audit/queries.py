"""Reading the audit record."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone

from apps.audit.choices import Place
from apps.audit.models import INSTALLATION, AuditCheck, AuditHead, AuditRecord
from apps.teams.models import Team

# PostgreSQL has no loose index scan of its own: https://wiki.postgresql.org/wiki/Loose_indexscan
ACTIONS = """
WITH RECURSIVE names AS (
  (SELECT action FROM audit_auditrecord WHERE {here} ORDER BY action LIMIT 1)
  UNION ALL
  SELECT (SELECT action FROM audit_auditrecord WHERE {here} AND action > names.action
          ORDER BY action LIMIT 1)
  FROM names WHERE names.action IS NOT NULL
)
SELECT action FROM names
"""


def records(team: Team, **values: Any) -> QuerySet[AuditRecord]:
    """The team's records, newest first. `values` are those of `narrowed`."""
    return narrowed(AuditRecord.objects.filter(team=team), **values)


def all_records(*, place: str = "", team: str = "", **values: Any) -> QuerySet[AuditRecord]:
    """The records of the whole installation, newest first.

    Their teams are to be fetched apart (`prefetch_related`): a join would leave out the lines of teams that are gone.
    `team` is a part of a team's name, its whole slug, or its id, which also finds a team that is gone.
    """
    found = AuditRecord.objects.order_by("-at", "-pk")
    if place:
        found = found.filter(team__isnull=place == Place.OUTSIDE)
    if team:
        named = Team.objects.filter(Q(name__icontains=team) | Q(slug=team.lower())).values("pk")
        found = found.filter(Q(team__in=named) | _is("team_id", team))
    return narrowed(found, **values)


def _is(field: str, text: str) -> Q:
    """Whether the field is the id that the text is; nothing for a text that is none."""
    try:
        return Q(**{field: UUID(text)})
    except ValueError:
        return Q()


def narrowed(
    found: QuerySet[AuditRecord],
    *,
    text: str = "",
    action: str = "",
    actor: str = "",
    first: date | None = None,
    last: date | None = None,
) -> QuerySet[AuditRecord]:
    """Those of the records that are meant.

    `text` is a part of a name, the beginning of an address, or a correlation id; `actor` a part of the name of who
    did it, or their id. `first` and `last` are whole days in the current zone, both included.
    """
    if text:
        words = Q(target_name__icontains=text) | Q(actor_name__icontains=text)
        found = found.filter(words | Q(correlation_id=text) | Q(address__startswith=text))
    if action:
        found = found.filter(action=action)
    if actor:
        found = found.filter(Q(actor_name__icontains=actor) | _is("actor_id", actor))
    if first:
        found = found.filter(at__gte=_midnight(first))
    if last:
        found = found.filter(at__lt=_midnight(last + timedelta(days=1)))
    return found


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def actions(team: Team) -> list[str]:
    """Every action that stands in the team's record: from one name to the next in the index, not row by row."""
    return _actions("team_id = %(team)s", {"team": team.pk})


def all_actions() -> list[str]:
    """Every action that stands in the record of the installation."""
    return _actions("true", {})


def _actions(here: str, values: dict[str, Any]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(ACTIONS.format(here=here), values)
        return [action for (action,) in cursor.fetchall() if action is not None]


def head(chain: str) -> AuditHead:
    """The end of a chain; that of an empty one where nothing was written yet."""
    return AuditHead.objects.filter(pk=chain).first() or AuditHead(chain=chain)


def latest_check(chain: str) -> AuditCheck | None:
    """What the latest verification of a chain found."""
    return AuditCheck.objects.filter(pk=chain).first()


@dataclass(frozen=True)
class Chain:
    """A chain as operators see it; `team` is None for the installation's own, and for that of a team that is gone."""

    head: AuditHead
    team: Team | None
    check: AuditCheck | None

    def __str__(self) -> str:
        return "the installation" if self.is_installation else str(self.team or self.head.chain)

    @property
    def is_installation(self) -> bool:
        return self.head.chain == INSTALLATION


def heads() -> QuerySet[AuditHead]:
    """The ends of all chains: the broken ones first, then the installation's, then the longest."""
    broken = AuditCheck.objects.filter(chain=OuterRef("chain"), broken_at__isnull=False)
    own = Case(When(chain=INSTALLATION, then=Value(0)), default=Value(1))
    return AuditHead.objects.annotate(is_broken=Exists(broken), rank=own).order_by(
        "-is_broken", "rank", "-number", "chain"
    )


def lost_heads() -> list[AuditHead]:
    """Stand for the ends that are gone: a check found lines whose chain has no sealed end."""
    ends = AuditHead.objects.filter(chain=OuterRef("chain"))
    found = AuditCheck.objects.filter(~Exists(ends), broken_at__isnull=False).order_by("chain")
    return [AuditHead(chain=check.chain) for check in found]


def as_chains(ends: list[AuditHead]) -> list[Chain]:
    """The heads with their teams and their latest checks: two questions for all of them."""
    names = [end.chain for end in ends]
    teams = Team.objects.in_bulk([name for name in names if name != INSTALLATION])
    checks = AuditCheck.objects.in_bulk(names)
    by_name = {str(team.pk): team for team in teams.values()}
    return [Chain(end, by_name.get(end.chain), checks.get(end.chain)) for end in ends]


@dataclass(frozen=True)
class Wholeness:
    """How the chains are: `whole` and `broken` by their latest check; the others were never looked at."""

    chains: int
    whole: int
    broken: int

    @property
    def unseen(self) -> int:
        return max(0, self.chains - self.whole - self.broken)


def broken_chains() -> int:
    """How many chains were broken when they were last verified."""
    return AuditCheck.objects.filter(broken_at__isnull=False).count()


def wholeness() -> Wholeness:
    """Over all chains of the installation."""
    broken = broken_chains()
    return Wholeness(AuditHead.objects.count(), AuditCheck.objects.count() - broken, broken)
