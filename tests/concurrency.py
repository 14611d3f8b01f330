"""Doing the same from several threads at the same moment."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connection

Answer = TypeVar("Answer")


def at_once(count: int, call: Callable[[], Answer]) -> list[Answer]:
    """Call it from so many threads at once, each with a database connection of its own; what each returned."""
    barrier = threading.Barrier(count)

    def together() -> Answer:
        barrier.wait(5)
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return [future.result(20) for future in [pool.submit(together) for _ in range(count)]]
