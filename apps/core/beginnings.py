"""What a process loads before it forks children for single jobs, so that not each of them loads it again."""

from collections.abc import Callable

_first: list[Callable[[], object]] = []


def before_forks(load: Callable[[], object]) -> None:
    """Call this then: before the first fork or after the first job, and again after each, so what is loaded must cost
    nothing the next time. It opens no connection, since children would share it."""
    _first.append(load)


def load_all() -> None:
    for load in _first:
        load()
