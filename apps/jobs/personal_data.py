"""What background work holds of a person."""

from collections.abc import Iterator
from typing import Any

from apps.core.personal_data import Part, collects
from apps.jobs.models import Agent, Batch


@collects("jobs", Batch, Agent)
def of_person(user: Any) -> Iterator[Part]:
    """The batches that they started, and the machines that they let in."""
    batches = Batch.objects.filter(made_by=user).order_by("created_at")
    yield Part("batches.json", rows=list(batches.values("title", "kind", "total", "created_at", "team_id")))
    machines = Agent.objects.filter(made_by=user).order_by("created_at")
    yield Part("machines.json", rows=list(machines.values("name", "host", "created_at", "revoked_at")))
