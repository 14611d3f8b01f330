"""How many rows PostgreSQL reads for an answer, by its own account."""

import json
from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.db.models import Model


def rows_read(sql: str) -> int:
    """The rows that the query took out of tables and indexes, also those it then threw away.

    `sql` has its values in it, as `CaptureQueriesContext` keeps it.
    """
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + sql.replace("%", "%%"), [])
        plan = cursor.fetchone()[0]
    (top,) = json.loads(plan) if isinstance(plan, str) else plan
    return sum(_read_by(node) for node in _nodes(top["Plan"]))


def take_statistics(*models: type[Model]) -> None:
    """What autovacuum does in a while: without it the planner believes a table to be empty."""
    with connection.cursor() as cursor:
        for model in models:
            cursor.execute(f"ANALYZE {model._meta.db_table}")


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("Plans", ()):
        yield from _nodes(child)


def _read_by(node: dict[str, Any]) -> int:
    """Scans only; what is above them reads nothing."""
    if "Scan" not in node["Node Type"] or "Relation Name" not in node:
        return 0
    dropped = ("Rows Removed by Filter", "Rows Removed by Index Recheck")
    rows = node["Actual Rows"] + sum(node.get(name, 0) for name in dropped)
    return int(rows * node["Actual Loops"])
