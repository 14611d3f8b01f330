"""The limits' stand-in while Valkey is away: this process counts by itself, so each web process allows as many."""

import time
from collections import deque
from threading import Lock

MOST_KEYS = 10_000  # then everything is forgotten: memory is bounded whoever asks

_lock = Lock()
_allowed: dict[str, deque[float]] = {}


def count(key: str, limit: int, window_s: float, cost: int) -> tuple[bool, int, float]:
    """(allowed, how many are left, seconds to wait), as Valkey's script counts."""
    now = time.monotonic()
    with _lock:
        if len(_allowed) >= MOST_KEYS:
            _allowed.clear()
        times = _allowed.setdefault(key, deque())
        while times and times[0] <= now - window_s:
            times.popleft()
        used = len(times)
        if used + cost > limit:
            frees = min(used + cost - limit, used) - 1
            return False, max(limit - used, 0), times[frees] + window_s - now if used else window_s
        times.extend([now] * cost)
        return True, limit - used - cost, 0.0


def forget(key: str) -> None:
    with _lock:
        _allowed.pop(key, None)
