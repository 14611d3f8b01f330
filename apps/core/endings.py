"""What a process hands over before it ends without warning, as RQ's process for a single job does."""

from collections.abc import Callable

from apps.core import metrics, tracing

_last: list[Callable[[], object]] = [metrics.flush, tracing.flush]


def at_end(hand_over: Callable[[], object]) -> None:
    """Call this too. It must be quick and raise nothing."""
    _last.append(hand_over)


def hand_over_all() -> None:
    for hand_over in _last:
        hand_over()
