"""What stands on the operators' first page: the size of the installation, and what waits for somebody."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q, Sum
from django.db.models.aggregates import Count
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.queries import broken_chains
from apps.core.home import Attention
from apps.creation.models import Run
from apps.jobs.models import Job, JobStatus
from apps.library.models import StorageUse
from apps.operations import health
from apps.providers.models import ProviderKey
from apps.teams.models import Team


@dataclass(frozen=True)
class Numbers:
    """How big the installation is, and how much of it was in use in the last 7 days."""

    people: int
    people_signed_in: int
    teams: int
    teams_making: int
    runs: int
    stored_bytes: int
    stored_files: int


def numbers() -> Numbers:
    """In five queries."""
    week = timezone.now() - timedelta(days=7)
    people = User.objects.filter(is_active=True).aggregate(
        all=Count("pk"), lately=Count("pk", filter=Q(last_login__gte=week))
    )
    runs = Run.objects.filter(created_at__gte=week).aggregate(
        all=Count("pk"), teams=Count("team", distinct=True)
    )
    stored = StorageUse.objects.aggregate(size=Sum("size_bytes"), files=Sum("files"))
    return Numbers(
        people=people["all"],
        people_signed_in=people["lately"],
        teams=Team.objects.count(),
        teams_making=runs["teams"],
        runs=runs["all"],
        stored_bytes=stored["size"] or 0,
        stored_files=stored["files"] or 0,
    )


def attention(workers: list[health.WorkerState] | None) -> list[Attention]:
    """What waits for an operator, the gravest first."""
    found = _broken_records()
    found += [
        Attention(f"Not well: {check.name}", check.problem, reverse("operate:queues"), "Look", "live")
        for check in health.problems()
    ]
    found += _without_workers(workers)
    late = [rhythm.name for rhythm in health.recurring() if rhythm.is_late]
    if late:
        hint = f"{len(late)} recurring works are late, {late[0]} among them. Is a clock process running?"
        found.append(Attention("The clock stands still", hint, reverse("operate:queues"), "Look", "live"))
    if dead := Job.objects.filter(status=JobStatus.DEAD).count():
        hint = "They stay in the list until somebody requeues them."
        title = "One failed job" if dead == 1 else f"{dead} failed jobs"
        found.append(Attention(title, hint, reverse("operate:failed"), "Look through"))
    if broken := ProviderKey.objects.filter(deleted_at=None, enabled=True, broken=True).count():
        hint = "Their teams have to mend them; the provider's page shows what was said."
        title = "One provider key is refused" if broken == 1 else f"{broken} provider keys are refused"
        found.append(Attention(title, hint, reverse("operate:providers"), "Look"))
    return found


def _broken_records() -> list[Attention]:
    broken = broken_chains()
    if not broken:
        return []
    title = "An audit record is broken" if broken == 1 else f"{broken} audit records are broken"
    hint = "Somebody with access to the database changed it."
    return [Attention(title, hint, reverse("operate_audit:chains"), "Look", "live")]


def _without_workers(workers: list[health.WorkerState] | None) -> list[Attention]:
    if workers is None:
        return []
    idle = [state.name for state in health.queues(workers) if state.workers == 0]
    if not idle:
        return []
    hint = f"Nobody works on: {', '.join(idle)}. Start a worker process for it."
    return [Attention("A queue without workers", hint, reverse("operate:queues"), "Look", "live")]
