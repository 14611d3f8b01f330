"""What happens to runs."""

from dataclasses import dataclass

from apps.events.registry import define_event

PAGES_ONLY = "open pages follow it; nothing that a person must be told of"


@dataclass(frozen=True)
class RunStarted:
    template: str
    formats: list[str]


@dataclass(frozen=True)
class RunChanged:
    """`what` is `scenes`, `step`, `edit`, `retry` or `provider`."""

    what: str


@dataclass(frozen=True)
class RunEnded:
    """`reason` is a sentence where the run did not end well."""

    seconds: float
    reason: str = ""


RUN_STARTED = define_event(
    "run.started", data=RunStarted, summary="Somebody started making a video.", unheard_because=PAGES_ONLY
)
RUN_CHANGED = define_event(
    "run.changed",
    data=RunChanged,
    summary="A run's scenes or settings were changed.",
    unheard_because=PAGES_ONLY,
)
RUN_FINISHED = define_event(
    "run.finished", data=RunEnded, summary="All files of a run are made.", unheard_because=PAGES_ONLY
)
RUN_FAILED = define_event("run.failed", data=RunEnded, summary="A run stopped at a step that failed.")
RUN_CANCELLED = define_event(
    "run.cancelled", data=RunEnded, summary="Somebody cancelled a run.", unheard_because=PAGES_ONLY
)
