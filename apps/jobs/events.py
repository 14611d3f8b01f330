"""What jobs tell the rest of the product."""

from dataclasses import dataclass

from apps.events.registry import define_event


@dataclass(frozen=True)
class JobDead:
    kind: str
    error: str
    attempts: int


JOB_DEAD = define_event(
    "job.dead",
    data=JobDead,
    summary="A job failed for the last time and lies in the dead-letter list.",
)


@dataclass(frozen=True)
class JobRequeued:
    kind: str


JOB_REQUEUED = define_event(
    "job.requeued",
    data=JobRequeued,
    summary="A failed job was put back on its queue by hand.",
    unheard_because="kept for the record",
)
