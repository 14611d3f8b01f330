"""All figures in the text form that Prometheus reads."""

import logging
from collections.abc import Iterator

from django.db import Error, connection
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from redis.exceptions import RedisError

from apps.core import metrics
from apps.operations import measures

logger = logging.getLogger(__name__)

UP = "showrunner_up"


class Figures(Collector):
    """What was counted by all processes, and what the rows say now. A part that is away is told, not raised."""

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        metrics.flush()
        up = GaugeMetricFamily(UP, "Whether a part answers (1) or not (0).", labels=["part"])
        found = list(measures.from_disk())
        for part, read in (("database", self._database), ("valkey", self._valkey)):
            there = read()
            up.add_metric([part], float(there is not None))
            found += there or []
        yield up
        yield from (_gauge(one) for one in found)
        try:
            yield from _counted(metrics.counted())
        except (RedisError, OSError):
            return

    def _database(self) -> list[measures.Gauge] | None:
        try:
            return list(measures.from_database())
        except Error as error:
            logger.warning("figures that are read from rows are missing: %s", error)
            connection.close()
            return None

    def _valkey(self) -> list[measures.Gauge] | None:
        try:
            known = {metric.name: metric.summary for metric in metrics.METRICS.values()}
            levels = [
                measures.Gauge(name, known[name], (), {(): value}) for name, value in metrics.levels().items()
            ]
            return [*measures.from_valkey(), *levels]
        except (RedisError, OSError):
            return None


def _gauge(gauge: measures.Gauge) -> Metric:
    family = GaugeMetricFamily(gauge.name, gauge.summary, labels=list(gauge.labels))
    for labels, value in sorted(gauge.values.items()):
        family.add_metric(labels, value)
    return family


def _counted(fields: dict[metrics.Field, float]) -> Iterator[Metric]:
    """Figures that an earlier version counted under other labels, or that no code counts any more, are left out."""
    for metric in metrics.METRICS.values():
        mine = {
            (part, labels): amount
            for (name, part, *labels_), amount in fields.items()
            if name == metric.name and len(labels := tuple(labels_)) == len(metric.labels)
        }
        if isinstance(metric, metrics.Counter):
            counter = CounterMetricFamily(metric.name, metric.summary, labels=list(metric.labels))
            for (_, labels), amount in sorted(mine.items()):
                counter.add_metric(labels, amount)
            yield counter
        elif isinstance(metric, metrics.Histogram):
            yield _histogram(metric, mine)


def _histogram(metric: metrics.Histogram, mine: dict[tuple[str, tuple[str, ...]], float]) -> Metric:
    family = HistogramMetricFamily(metric.name, metric.summary, labels=list(metric.labels))
    bounds = [*map(metrics.class_name, metric.bounds), metrics.ABOVE]
    for labels in sorted({labels for _, labels in mine}):
        so_far, buckets = 0.0, []
        for bound in bounds:
            so_far += mine.get((bound, labels), 0.0)
            buckets.append((bound, so_far))
        family.add_metric(labels, buckets, mine.get((metrics.SUM, labels), 0.0))
    return family


def expose(accept: str) -> tuple[bytes, str]:
    """The figures, and their content type, as asked for by the Accept header."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Figures())
    encode, content_type = choose_encoder(accept)
    return encode(registry), content_type
