"""Each list page with 3 and with 30,000 rows: the same number of queries, and about the same time.

Both are asked in turn, on two databases of one server, through the whole of Django but no network. The rows lie
within the last year. A page of a long list shows more rows than a list of three has, so the time holds their
drawing too.
"""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from benchmarks.runner import report, start_django

FEW, MANY = 3, 30_000
ROUNDS = 5
REQUESTS = 12  # for one median
BAR = 1.5


@dataclass(frozen=True)
class ListPage:
    """A list: its address below /studio/<team>/. Members are a team of their own, since filters offer them all."""

    name: str
    path: str
    team: str = "measured"


PAGES = (
    ListPage("library", "library/"),
    ListPage("library as table", "library/?view=table"),
    ListPage("library, searched", "library/?q=part+1"),
    ListPage("library, filtered", "library/?language=en&status=ready&sort=title"),
    ListPage("own media", "library/media/"),
    ListPage("jobs", "jobs/"),
    ListPage("events", "events/"),
    ListPage("audit", "audit/"),
    ListPage("members", "team/", "crowd"),
    ListPage("runs", "create/runs/"),
    ListPage("costs", "providers/costs/"),
)


def main() -> None:
    """Measure every page and report the worst ratio; `pages` in the figure has them all."""
    start_django()
    from benchmarks import page_rows

    with _two_databases(page_rows.fill) as (few, many):
        found = [_measure(page, few, many) for page in PAGES]
    worst = max(found, key=lambda figure: figure["ratio"])
    met = all(figure["ratio"] <= BAR and figure["queries"][0] == figure["queries"][1] for figure in found)
    report(
        "pages", ours=worst["many_ms"], limit=worst["few_ms"], ratio=worst["ratio"], bar=BAR, met=met, unit="ms",
        note=f"slowest ratio: {worst['page']}; medians of {ROUNDS} × {REQUESTS} requests", pages=found,
    )  # fmt: skip


@contextmanager
def _two_databases(fill: Callable[[int], Any]) -> Iterator[tuple[str, str]]:
    """Two migrated databases of their own, one with few rows, one with many; dropped afterwards."""
    from django.db import connection
    from django.test.utils import setup_databases, teardown_databases

    connection.settings_dict["TEST"]["NAME"] = "bench_pages"
    before = setup_databases(verbosity=0, interactive=False, keepdb=False)
    few = str(connection.settings_dict["NAME"])
    many = f"{few}_many"
    try:
        fill(FEW)
        _run_beside(f'CREATE DATABASE "{many}" TEMPLATE "{few}"')
        _use(many)
        fill(MANY)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        yield few, many
    finally:
        _use(few)
        _run_beside(f'DROP DATABASE IF EXISTS "{many}" WITH (FORCE)')
        teardown_databases(before, verbosity=0)


def _run_beside(sql: str) -> None:
    """Run it from outside of both databases."""
    from django.db import connection

    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(sql)


def _use(name: str) -> None:
    from django.db import connection

    connection.close()
    connection.settings_dict["NAME"] = name
    connection.ensure_connection()


def _measure(page: ListPage, few: str, many: str) -> dict[str, Any]:
    """Both databases in turn; milliseconds of one request."""
    times: dict[str, list[float]] = {few: [], many: []}
    queries: dict[str, int] = {}
    for _ in range(ROUNDS):
        for database in (few, many):
            _use(database)
            get = _visitor(page)
            queries.setdefault(database, _queries(get))
            times[database].append(statistics.median(_seconds(get) for _ in range(REQUESTS)))
    few_ms, many_ms = (statistics.median(times[database]) * 1000 for database in (few, many))
    ratio = many_ms / few_ms
    counts = [queries[few], queries[many]]
    print(f"  {page.name}: {few_ms:.1f} → {many_ms:.1f} ms, {ratio:.2f} times, {counts} queries", flush=True)
    return {"page": page.name, "few_ms": few_ms, "many_ms": many_ms, "ratio": ratio, "queries": counts}


def _visitor(page: ListPage) -> Callable[[], None]:
    """Asks for the page as the team's owner; raises where it is not shown."""
    from django.test import Client

    from apps.accounts.models import User

    client = Client(HTTP_HOST="localhost")
    client.force_login(User.objects.get(email="owner@example.com"))
    address = f"/studio/{page.team}/{page.path}"

    def get() -> None:
        answer = client.get(address)
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answered {answer.status_code}")

    get()
    return get


def _queries(get: Callable[[], None]) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        get()
    return len(captured)


def _seconds(get: Callable[[], None]) -> float:
    started = time.perf_counter()
    get()
    return time.perf_counter() - started
