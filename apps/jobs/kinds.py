"""The kinds of background work, declared beside the function that does it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from apps.core.text import spoken
from apps.jobs.backoff import wait_s

Work = Callable[..., dict[str, Any] | None]

FIRST_WAIT_S = 5.0
LONGEST_WAIT_S = 900.0


@dataclass(frozen=True)
class JobKind:
    """How one kind of work is run.

    `timeout_s` limits one attempt, `attempts` counts all of them, `first_wait_s` doubles between them up to
    `longest_wait_s`. What is `optional` is left out while its queue is deep.
    """

    name: str
    work: Work
    queue: str
    attempts: int
    timeout_s: int
    first_wait_s: float
    longest_wait_s: float
    optional: bool


def title_of(name: str) -> str:
    """What people call such work: `creation.make_video` → Make video."""
    return spoken(name.rpartition(".")[2])


def choices() -> list[tuple[str, str]]:
    """Every kind with what people call it, in the order of the alphabet."""
    return sorted(((name, title_of(name)) for name in KINDS), key=lambda choice: choice[1])


KINDS: dict[str, JobKind] = {}


def job_kind(
    name: str,
    *,
    queue: str = "default",
    attempts: int = 3,
    timeout_s: int = 600,
    first_wait_s: float = FIRST_WAIT_S,
    longest_wait_s: float = LONGEST_WAIT_S,
    optional: bool = False,
) -> Callable[[Work], Work]:
    """Register `work(run, **args)` under a name. The function takes ids, may run twice, and calls one service."""

    def register(work: Work) -> Work:
        if name in KINDS:
            raise ValueError(f"the job kind {name} is registered twice")
        if queue not in settings.RQ_QUEUE_NAMES:
            raise ValueError(f"the job kind {name} names an unknown queue, {queue}")
        KINDS[name] = JobKind(name, work, queue, attempts, timeout_s, first_wait_s, longest_wait_s, optional)
        work.job_kind = KINDS[name]  # type: ignore[attr-defined]
        return work

    return register


def kind_of(work: Work) -> JobKind:
    """The kind that this function was registered as. Raises TypeError for any other function."""
    kind = getattr(work, "job_kind", None)
    if not isinstance(kind, JobKind):
        raise TypeError(f"{work!r} is not a registered job kind")
    return kind


def retry_wait_s(name: str, failed_attempts: int, retry_after_s: float | None) -> float:
    """Seconds until the next attempt: the kind's backoff, or what the other side asked for if that is longer."""
    kind = KINDS.get(name)
    first_s, longest_s = (kind.first_wait_s, kind.longest_wait_s) if kind else (FIRST_WAIT_S, LONGEST_WAIT_S)
    return max(wait_s(failed_attempts, first_s=first_s, longest_s=longest_s), retry_after_s or 0)
