"""What it costs to find out who asks, in which team, and whether they may: the door of every studio page.

The same empty answer is given by a view behind the door and by one that wants nothing, through the whole of Django;
the difference is the price. Counted is the processor time of the web process, and all queries of the request.
"""

import statistics
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import path

from benchmarks.own_database import own_database
from benchmarks.runner import interleaved, medians, report

ROUNDS = 7
REQUESTS = 100  # for one median
BAR_MS = 1.0
BAR_QUERIES = 3
MEMBERS = 200  # of the team; and as many other teams of the person

urlpatterns: list[object] = []


def main() -> None:
    with own_database("team_guard"):
        from django.test import override_settings

        _make_views()
        _make_people()
        with override_settings(ROOT_URLCONF=__name__):
            guarded, open_to_all = _visitor("/studio/measured/"), _visitor("/open/")
            ways = {"behind the door": lambda: _median_ms(guarded), "open": lambda: _median_ms(open_to_all)}
            for way in ways.values():
                way()  # what is kept after the first time
            middle = medians(interleaved(ways, ROUNDS))
            queries = _queries(guarded)
    cost = middle["behind the door"] - middle["open"]
    report(
        "team_guard", ours=cost, limit=0.0, ratio=cost, bar=BAR_MS, met=cost <= BAR_MS and queries <= BAR_QUERIES,
        unit="ms of CPU", queries=queries, bar_queries=BAR_QUERIES,
        note=f"{queries} queries a request, session and person included (at most {BAR_QUERIES}); medians of {ROUNDS} × "
        f"{REQUESTS} requests, team and person with {MEMBERS} others each",
    )  # fmt: skip


def _make_views() -> None:
    from django.views.decorators.http import require_GET

    from apps.teams.access import member_of_team
    from apps.teams.roles import Permission

    @require_GET
    @member_of_team(Permission.CREATE_VIDEO)
    def guarded(request: HttpRequest) -> HttpResponse:
        return HttpResponse("ok")

    @require_GET
    def open_to_all(request: HttpRequest) -> HttpResponse:
        return HttpResponse("ok")

    urlpatterns[:] = [path("studio/<slug:team_slug>/", guarded), path("open/", open_to_all)]


def _make_people() -> None:
    from apps.accounts.models import User
    from apps.teams.models import Membership, Team
    from apps.teams.roles import Role

    person = User.objects.create_user("person@example.com", None)
    team = Team.objects.create(name="Measured", slug="measured")
    others = Team.objects.bulk_create(Team(name=f"Team {n}", slug=f"team-{n}") for n in range(MEMBERS))
    crowd = User.objects.bulk_create(
        User(email=f"person{n}@example.com", password="!") for n in range(MEMBERS)
    )
    Membership.objects.bulk_create(
        [
            Membership(team=team, user=person, role=Role.EDITOR),
            *(Membership(team=other, user=person, role=Role.VIEWER) for other in others),
            *(Membership(team=team, user=one, role=Role.EDITOR) for one in crowd),
        ]
    )


def _visitor(address: str) -> Callable[[], None]:
    from django.test import Client

    from apps.accounts.models import User

    client = Client(HTTP_HOST="localhost")
    client.force_login(User.objects.get(email="person@example.com"))

    def get() -> None:
        answer = client.get(address)
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answered {answer.status_code}")

    return get


def _queries(get: Callable[[], None]) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        get()
    return len(captured)


def _median_ms(get: Callable[[], None]) -> float:
    """Milliseconds of this process's processor time for one request."""
    taken = []
    for _ in range(REQUESTS):
        started = time.process_time()
        get()
        taken.append(time.process_time() - started)
    return statistics.median(taken) * 1000
