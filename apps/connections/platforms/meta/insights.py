"""How often media were seen ("Instagram media insights", "Video insights"). Metrics are renamed from time to time: what
Meta does not know any more it answers with code 100, and the next name is tried."""

from collections.abc import Sequence
from typing import Any

from apps.connections.platforms.meta.graph import Graph, rows
from apps.core import http

GONE_OR_UNKNOWN = "100"


def seen(graph: Graph, external_ids: Sequence[str], edge: str, metrics: Sequence[str]) -> dict[str, int]:
    """Views by id, by the first of the metrics that is told; what is told none, or is gone, is left out."""
    found: dict[str, int] = {}
    for one in external_ids:
        for metric in metrics:
            views = _told(graph, f"{one}/{edge}", metric)
            if views is not None:
                found[one] = views
                break
    return found


def _told(graph: Graph, path: str, metric: str) -> int | None:
    try:
        answer = rows(graph.get(path, metric=metric, period="lifetime"))
    except http.Rejected as error:
        if error.code != GONE_OR_UNKNOWN:
            raise
        return None
    return next((value for row in answer if (value := _value(row)) is not None), None)


def _value(row: dict[str, Any]) -> int | None:
    """Under `values` for a period, under `total_value` where a total was asked for."""
    values, total = row.get("values"), row.get("total_value")
    first = values[0] if isinstance(values, list) and values else total
    value = first.get("value") if isinstance(first, dict) else None
    return value if isinstance(value, int) else None
