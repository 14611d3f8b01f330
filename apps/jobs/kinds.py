"""The kinds of background work, declared beside the function that does it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings

Work = Callable[..., dict[str, Any] | None]


@dataclass(frozen=True)
class JobKind:
    """How one kind of work is run.

    `timeout_s` limits one attempt, `attempts` counts all of them, `first_wait_s` doubles between them up to
    `longest_wait_s`.
    """

    name: str
    work: Work
    queue: str
    attempts: int
    timeout_s: int
    first_wait_s: float
    longest_wait_s: float


KINDS: dict[str, JobKind] = {}


def job_kind(
    name: str,
    *,
    queue: str = "default",
    attempts: int = 3,
    timeout_s: int = 600,
    first_wait_s: float = 5,
    longest_wait_s: float = 900,
) -> Callable[[Work], Work]:
    """Register `work(run, **args)` under a name. The function takes ids, may run twice, and calls one service."""

    def register(work: Work) -> Work:
        if name in KINDS:
            raise ValueError(f"the job kind {name} is registered twice")
        if queue not in settings.RQ_QUEUE_NAMES:
            raise ValueError(f"the job kind {name} names an unknown queue, {queue}")
        KINDS[name] = JobKind(name, work, queue, attempts, timeout_s, first_wait_s, longest_wait_s)
        work.job_kind = KINDS[name]  # type: ignore[attr-defined]
        return work

    return register


def kind_of(work: Work) -> JobKind:
    """The kind that this function was registered as."""
    return work.job_kind  # type: ignore[attr-defined, no-any-return]
