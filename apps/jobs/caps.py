"""Setting how many jobs may be on their queue or run at once, by team, kind and queue (JOB-08)."""

from dataclasses import dataclass

from django.db import transaction

from apps.accounts.models import User
from apps.audit.services import record as audit
from apps.jobs.admission import within
from apps.jobs.models import Job, JobCap
from apps.jobs.placement import TAKEN
from apps.teams.models import Team


@dataclass(frozen=True)
class CapInForce:
    """A cap and how many jobs take its room now."""

    cap: JobCap
    taken: int


def in_force() -> list[CapInForce]:
    """Every cap; there are few, and each is counted by itself."""
    caps = JobCap.objects.select_related("team")
    return [CapInForce(cap, Job.objects.filter(within(cap), status__in=TAKEN).count()) for cap in caps]


@transaction.atomic
def set_cap(*, team: Team | None, kind: str, queue: str, at_once: int, actor: User) -> JobCap:
    """The cap of this scope (empty parts mean any), new or changed."""
    before = JobCap.objects.filter(team=team, kind=kind, queue=queue).values("at_once").first()
    cap, _ = JobCap.objects.update_or_create(team=team, kind=kind, queue=queue, defaults={"at_once": at_once})
    audit("job.cap_set", team=team, actor=actor, target=cap, before=before, after={"at_once": at_once})
    return cap


@transaction.atomic
def lift_cap(cap: JobCap, *, actor: User) -> None:
    audit("job.cap_lift", team=cap.team, actor=actor, target=cap, before={"at_once": cap.at_once})
    cap.delete()
