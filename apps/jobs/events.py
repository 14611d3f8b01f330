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
    title="Job failed",
    summary="A job failed for the last time and lies in the dead-letter list.",
)


@dataclass(frozen=True)
class JobRequeued:
    kind: str


JOB_REQUEUED = define_event(
    "job.requeued",
    data=JobRequeued,
    title="Job put back",
    summary="A failed job was put back on its queue by hand.",
    unheard_because="kept for the record",
)


@dataclass(frozen=True)
class AgentSilent:
    name: str
    host: str
    moved: int


AGENT_SILENT = define_event(
    "agent.silent",
    data=AgentSilent,
    title="Machine went silent",
    summary="A machine that runs workers is not heard of any more; its jobs were given to others.",
)


@dataclass(frozen=True)
class BatchDone:
    title: str
    kind: str
    done: int
    failed: int


BATCH_DONE = define_event(
    "batch.done",
    data=BatchDone,
    summary="Of many jobs that were started together, the last one is over.",
)
