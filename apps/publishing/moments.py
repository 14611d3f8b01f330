"""Moments of a publication that have a name, so that tests can end a worker in exactly one of them.

Nothing happens here while the product runs: `watch` is None, and only the settings of tests put something there. The
suite of crashes (docs/reliability.md) kills workers at these names; whoever adds a step to the ledger names its
moments too.
"""

from collections.abc import Callable
from uuid import UUID

watch: Callable[[str, UUID], None] | None = None


def reached(moment: str, target_id: UUID) -> None:
    """Say that a target's publication has come to this moment."""
    if watch is not None:
        watch(moment, target_id)
