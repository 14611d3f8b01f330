"""How `make smoke` says what it did: one line a step."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Failed(Exception):
    """A check that did not hold."""


def check(held: bool, what: str) -> None:
    if not held:
        raise Failed(what)


@contextmanager
def step(name: str) -> Iterator[Callable[[str], None]]:
    """Print one line when the step is over; the yielded function adds what was found."""
    started, found = time.monotonic(), []
    try:
        yield found.append
    except BaseException:
        print(f"FAILED  {name} ({time.monotonic() - started:.1f} s)", flush=True)
        raise
    print(f"ok      {name}: {', '.join(found)} ({time.monotonic() - started:.1f} s)", flush=True)
