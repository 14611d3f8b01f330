"""A month with 2,000 posts on two channels each, and the same month with none: how long the page takes.

Both are asked in turn, through the whole of Django but no network. The full month shows the first posts of each day,
counts the others, and looks for clashes among all of them. Both teams have posting times. BENCH_POSTS is the number.
"""

import os
import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from benchmarks.own_database import own_database
from benchmarks.runner import interleaved, medians, report

POSTS = int(os.environ.get("BENCH_POSTS", "2000"))
ROUNDS = 5
REQUESTS = 20  # for one median
BAR = 2.5


def main() -> None:
    with own_database("calendar"):
        _make_teams()
        empty, full = _visitor("empty"), _visitor("full")
        queries = [_queries(empty), _queries(full)]
        ways = {"an empty month": lambda: _median_ms(empty), f"{POSTS} posts": lambda: _median_ms(full)}
        for way in ways.values():
            way()  # what is kept after the first time
        middle = medians(interleaved(ways, ROUNDS))
    few, many = middle["an empty month"], middle[f"{POSTS} posts"]
    ratio = many / few
    met = ratio <= BAR and queries[1] - queries[0] <= 1  # the targets of what is shown
    report(
        "calendar", ours=many, limit=few, ratio=ratio, bar=BAR, met=met, unit="ms", queries=queries,
        note=f"a month with {POSTS} posts on two channels each, against an empty one; {queries[0]} and {queries[1]} "
        f"queries; medians of {ROUNDS} × {REQUESTS} requests",
    )  # fmt: skip


def _make_teams() -> None:
    from apps.accounts.models import User
    from apps.connections.models import Connection
    from apps.publishing.models import QueueSlot
    from apps.teams.models import Membership, Team
    from apps.teams.roles import Role

    person = User.objects.create_user("person@example.com", None)
    for name in ("empty", "full"):
        team = Team.objects.create(name=name, slug=name, time_zone="Europe/Berlin")
        Membership.objects.create(team=team, user=person, role=Role.EDITOR)
        channels = Connection.objects.bulk_create(
            Connection(team=team, platform=platform, external_id=platform, name=platform)
            for platform in ("youtube", "tiktok", "instagram", "facebook")
        )
        QueueSlot.objects.bulk_create(QueueSlot(team=team, weekday=day, at="09:00") for day in range(7))
        if name == "full":
            _fill(team, channels)


def _fill(team: Any, channels: list[Any]) -> None:
    """Posts evenly over the days of this month, each on two of the channels."""
    from django.db import connection
    from django.utils import timezone

    from apps.publishing.models import Post, Target

    first = timezone.now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    times = [first + number * timedelta(days=28) / POSTS for number in range(POSTS)]
    posts = Post.objects.bulk_create(
        Post(team=team, title=f"Post {n}", status="scheduled", due_at=at, zone=team.time_zone)
        for n, at in enumerate(times)
    )
    Target.objects.bulk_create(
        Target(
            team=team,
            post=post,
            connection=channels[(n + beside) % 4],
            status="scheduled",
            due_at=post.due_at,
        )
        for n, post in enumerate(posts)
        for beside in range(2)
    )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _visitor(slug: str) -> Callable[[], None]:
    from django.test import Client

    from apps.accounts.models import User

    client = Client(HTTP_HOST="localhost")
    client.force_login(User.objects.get(email="person@example.com"))

    def get() -> None:
        answer = client.get(f"/studio/{slug}/posts/calendar/")
        if answer.status_code != 200:
            raise RuntimeError(f"the calendar answered {answer.status_code}")

    get()
    return get


def _queries(get: Callable[[], None]) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        get()
    return len(captured)


def _median_ms(get: Callable[[], None]) -> float:
    taken = []
    for _ in range(REQUESTS):
        started = time.perf_counter()
        get()
        taken.append((time.perf_counter() - started) * 1000)
    return statistics.median(taken)


if __name__ == "__main__":
    main()
