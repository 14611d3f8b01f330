"""What open pages hear of jobs."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from apps.events.socket import ping_all
from apps.jobs.models import Job


def tell_pages(*jobs: Job, subjects: bool = True) -> None:
    """Let open pages know, once it is committed, that these jobs look different now, and their subjects too."""
    words: dict[UUID, dict[tuple[str, str], None]] = {}
    for job in jobs:
        if job.team_id is not None:
            of_team = words.setdefault(job.team_id, {})
            of_team[("job.changed", str(job.pk))] = None
            if job.subject_id and subjects:
                of_team[("job.progress", job.subject_id)] = None
    for team_id, of_team in words.items():
        _tell_on_commit(team_id, tuple(of_team))


def _tell_on_commit(team_id: UUID, words: Iterable[tuple[str, str]]) -> None:
    transaction.on_commit(lambda: ping_all(team_id, words), robust=True)
