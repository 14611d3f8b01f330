"""Figures about what goes on, counted by every process and gathered in Valkey for Prometheus (OPS-01).

CALLS = Counter("showrunner_calls_total", "Calls by outcome.", ("outcome",))
CALLS.add(outcome="ok")

Counting only touches memory. A thread hands what was counted to Valkey every few seconds, so that web processes,
workers and the short-lived processes of single jobs all end up in one figure, whichever machine they run on.
"""

import json
import logging
import os
import socket
import threading
import time
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from redis.exceptions import RedisError

from apps.core import queue

logger = logging.getLogger(__name__)

COUNTED = "showrunner:metrics"  # hash: [name, part, labels…] as JSON → number
LEVELS = "showrunner:levels"  # hash: [name, process] as JSON → [number, Unix time]
LEVEL_FRESH_S = 60.0  # a process that was not heard of for so long no longer counts
LEVEL_EVERY_S = 15.0
SUM = "sum"
ABOVE = "+Inf"
QUICK_S = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
LONG_S = (0.1, 0.5, 1, 5, 15, 30, 60, 120, 300, 900, 3600)

Field = tuple[str, ...]


@dataclass(frozen=True)
class Metric:
    """A figure with a name, a sentence about it, and the names of its labels. Labels have few values each."""

    name: str
    summary: str
    labels: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if METRICS.setdefault(self.name, self) != self:
            raise ValueError(f"the metric {self.name} is declared twice")

    def _field(self, part: str, labels: dict[str, Any]) -> Field:
        if labels.keys() != set(self.labels):
            raise ValueError(f"{self.name} has the labels {self.labels}, not {sorted(labels)}")
        return (self.name, part, *(str(labels[name]) for name in self.labels))


METRICS: dict[str, Metric] = {}


class Counter(Metric):
    """How often something happened. Its name ends in `_total`."""

    def add(self, amount: float = 1, **labels: Any) -> None:
        _buffer.count(self._field("", labels), amount)


@dataclass(frozen=True)
class Histogram(Metric):
    """How long something took, in seconds, in classes up to each of `bounds`. Its name ends in `_seconds`."""

    bounds: tuple[float, ...] = QUICK_S

    def observe(self, seconds: float, **labels: Any) -> None:
        above = (class_name(bound) for bound in self.bounds if seconds <= bound)
        _buffer.count(self._field(next(above, ABOVE), labels), 1)
        _buffer.count(self._field(SUM, labels), seconds)


def class_name(bound: float) -> str:
    """A bound as Prometheus writes it: 0.25, 10.0."""
    return str(float(bound))


class Level(Metric):
    """How many there are now, added up over all processes that are alive."""

    def add(self, amount: float) -> None:
        _buffer.raise_level(self.name, amount)


class _Buffer:
    """What this process counted and has not yet handed over."""

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self.lock = threading.Lock()
        self.counted: defaultdict[Field, float] = defaultdict(float)
        self.levels: dict[str, float] = {}
        self.told_at = 0.0
        self.thread: threading.Thread | None = None

    def forget(self) -> None:
        """In a forked child: what was counted before is the parent's to tell, and its thread did not come along."""
        self._begin()

    def count(self, field: Field, amount: float) -> None:
        with self.lock:
            self.counted[field] += amount
        self._start()

    def raise_level(self, name: str, amount: float) -> None:
        with self.lock:
            self.levels[name] = self.levels.get(name, 0) + amount
            self.told_at = 0
        self._start()

    def _start(self) -> None:
        if self.thread is None and settings.METRICS_FLUSH_S:
            self.thread = threading.Thread(target=self._flush_forever, name="metrics", daemon=True)
            self.thread.start()

    def _flush_forever(self) -> None:
        while True:
            time.sleep(settings.METRICS_FLUSH_S)
            self.flush()

    def flush(self) -> bool:
        with self.lock:
            counted, self.counted = self.counted, defaultdict(float)
            levels = dict(self.levels) if time.monotonic() - self.told_at >= LEVEL_EVERY_S else {}
        if not counted and not levels:
            return True
        try:
            _hand_over(counted, levels)
        except (RedisError, OSError) as error:
            logger.debug("figures wait for Valkey: %s", error)
            with self.lock:
                for field, amount in counted.items():
                    self.counted[field] += amount
            return False
        if levels:
            self.told_at = time.monotonic()
        return True


_buffer = _Buffer()
os.register_at_fork(after_in_child=_buffer.forget)


def flush() -> bool:
    """Hand over what this process counted; False where Valkey does not answer, and it is kept for the next time.

    A process that is about to end without warning (RQ's, after each job) calls this itself.
    """
    return _buffer.flush()


def _hand_over(counted: dict[Field, float], levels: dict[str, float]) -> None:
    process = f"{socket.gethostname()}:{os.getpid()}"
    with queue.connection().pipeline(transaction=True) as pipe:
        for field, amount in counted.items():
            pipe.hincrbyfloat(COUNTED, json.dumps(field), amount)
        for name, amount in levels.items():
            pipe.hset(LEVELS, json.dumps([name, process]), json.dumps([amount, time.time()]))
        pipe.execute()


def counted() -> dict[Field, float]:
    """Everything that was ever counted, by (name, part, label values…). Raises RedisError."""
    found: dict[Any, Any] = queue.connection().hgetall(COUNTED)
    return {tuple(json.loads(field)): float(amount) for field, amount in found.items()}


def levels() -> dict[str, float]:
    """Each level by its name; processes that went silent are left out and forgotten. Raises RedisError."""
    found: dict[Any, Any] = queue.connection().hgetall(LEVELS)
    sums: dict[str, float] = {metric.name: 0.0 for metric in METRICS.values() if isinstance(metric, Level)}
    gone = []
    for field, told in found.items():
        name, (amount, at) = json.loads(field)[0], json.loads(told)
        if time.time() - at > LEVEL_FRESH_S:
            gone.append(field)
        elif name in sums:
            sums[name] += amount
    if gone:
        queue.connection().hdel(LEVELS, *gone)
    return sums
