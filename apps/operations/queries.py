"""What operators read about people, teams and content, across all teams."""

from datetime import timedelta
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from apps.accounts.models import User
from apps.creation.models import Run
from apps.grants.models import Grant
from apps.jobs.models import Job, JobStatus
from apps.library.models import StorageUse, Video, searchable
from apps.teams.models import Membership, Team

PERSON_KINDS = [("operator", "Operators"), ("disabled", "Disabled"), ("teamless", "In no team")]


def people(*, text: str = "", kind: str = "", order: str = "-created_at") -> QuerySet[User]:
    """Everybody with an account, with `team_count`."""
    own = Membership.objects.filter(user=OuterRef("pk")).order_by().values("user")
    found = User.objects.annotate(team_count=_count(own))
    if text:
        found = found.filter(Q(email__icontains=text) | Q(display_name__icontains=text))
    if kind == "operator":
        found = found.filter(is_staff=True)
    elif kind == "disabled":
        found = found.filter(is_active=False)
    elif kind == "teamless":
        found = found.filter(team_count=0)
    return found.order_by(order, "-pk")


def _count(rows: QuerySet[Any, Any]) -> Coalesce:
    """How many of the rows, which are grouped by what they are counted for."""
    number = rows.annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(number, output_field=IntegerField()), 0)


def teams(*, text: str = "", order: str = "-created_at") -> QuerySet[Team]:
    """Every team, with `member_count`, `run_count` (30 days), `stored_bytes` and `premium`."""
    month = timezone.now() - timedelta(days=30)
    here = {"team": OuterRef("pk")}
    members = Membership.objects.filter(**here).order_by().values("team")
    runs = Run.objects.filter(**here, created_at__gte=month).order_by().values("team")
    stored = StorageUse.objects.filter(**here).values("size_bytes")[:1]
    grants = Grant.objects.active().filter(**here).order_by().values("team")
    found = Team.objects.annotate(
        member_count=_count(members),
        run_count=_count(runs),
        stored_bytes=Coalesce(Subquery(stored), 0),
        premium=_count(grants),
    )
    if text:
        found = found.filter(Q(name__icontains=text) | Q(slug__icontains=text))
    return found.order_by(order, "-pk")


def grants(*, state: str = "", text: str = "") -> QuerySet[Grant]:
    """Every grant, the newest first; `state` is active or over."""
    found: QuerySet[Grant] = Grant.objects.select_related("team", "granted_by", "revoked_by")
    if state == "active":
        found = found.filter(pk__in=Grant.objects.active().values("pk"))
    elif state == "over":
        found = found.exclude(pk__in=Grant.objects.active().values("pk"))
    if text:
        found = found.filter(Q(team__name__icontains=text) | Q(reason__icontains=text))
    return found.order_by("-starts_at", "-pk")


def failed_jobs(*, text: str = "", kind: str = "", queue: str = "") -> QuerySet[Job]:
    """The dead letters of all teams, the newest first, without their long fields."""
    found: QuerySet[Job] = Job.objects.filter(status=JobStatus.DEAD).select_related("team")
    if text:
        found = found.filter(
            Q(title__icontains=text) | Q(error__icontains=text) | Q(team__name__icontains=text)
        )
    if kind:
        found = found.filter(kind=kind)
    if queue:
        found = found.filter(queue=queue)
    return found.defer("trace", "args", "result").order_by("-finished_at", "-pk")


def failed_kinds() -> list[str]:
    """The kinds that have dead letters."""
    names = Job.objects.filter(status=JobStatus.DEAD).order_by("kind").values_list("kind", flat=True)
    return list(names.distinct())


def videos(*, text: str = "", status: str = "", source: str = "") -> QuerySet[Video]:
    """Videos of all teams, the newest first."""
    found: QuerySet[Video] = Video.objects.select_related("team", "created_by")
    if text:
        found = found.filter(search_text__contains=searchable(text))
    if status:
        found = found.filter(status=status)
    if source:
        found = found.filter(source=source)
    return found.order_by("-created_at", "-id")
