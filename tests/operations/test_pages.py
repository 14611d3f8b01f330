"""The operators' pages: for operators only, in a constant number of queries, with figures that are true."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.accounts.models import User
from apps.creation.models import Run, RunStatus
from apps.grants.services import grant_premium
from apps.jobs.models import Job, JobStatus
from apps.operations import charts, health, usage
from apps.operations.urls import urlpatterns
from apps.providers.models import CostEntry, ProviderKey
from apps.teams.models import Team
from tests.conftest import signed_in, signed_in_with_factor
from tests.factories import MembershipFactory, TeamFactory, VideoFactory
from tests.guards.estate import estate, make_run

pytestmark = [pytest.mark.django_db, pytest.mark.spec("OPS-08")]

LISTS = (
    "overview",
    "usage",
    "content",
    "people",
    "teams",
    "grants",
    "switches",
    "queues",
    "failed",
    "providers",
)


def dead_job(team: Team | None, **more: Any) -> Job:
    return Job.objects.create(
        team=team,
        kind="library.purge_video",
        queue="default",
        title="Remove a video",
        status=JobStatus.DEAD,
        max_attempts=3,
        attempts=3,
        error="The disk is full.",
        trace="Traceback",
        finished_at=timezone.now(),
        **more,
    )


def every_address(team: Team, user: User, job: Job, grant: Any) -> dict[str, str]:
    things = {
        "user_id": user.pk,
        "team_id": team.pk,
        "job_id": job.pk,
        "grant_id": grant.pk,
        "slug": "creation-new-runs",
    }
    return {
        pattern.name: reverse(
            f"operate:{pattern.name}", kwargs={name: things[name] for name in pattern.pattern.converters}
        )
        for pattern in urlpatterns
    }


def test_every_page_is_for_operators_with_their_factor_only(
    operator: User, operator_client: Client, alice: User, team: Team, client: Client
) -> None:
    grant = grant_premium(team=team, reason="Friends", ends_at=None, actor=operator)
    addresses = every_address(team, alice, dead_job(team), grant)
    assert all(getattr(pattern.callback, "operator", False) for pattern in urlpatterns)
    alices, half = signed_in_with_factor(alice), signed_in(operator)
    for name, address in addresses.items():
        for method in ("get", "post"):
            signed_out = getattr(client, method)(address)
            if signed_out.status_code == 405:
                continue
            assert signed_out["Location"].startswith("/accounts/login/"), name
            assert getattr(alices, method)(address).status_code == 404, name
            assert getattr(half, method)(address)["Location"].startswith("/accounts/"), name
    opened = {name: operator_client.get(address).status_code for name, address in addresses.items()}
    assert {name for name, status in opened.items() if status == 200} == {
        *LISTS,
        "person",
        "team",
        "flag",
        "failed_job",
    }


@pytest.mark.parametrize("name", LISTS)
def test_page_asks_the_same_for_one_row_and_for_three(
    name: str, operator_client: Client, operator: User
) -> None:
    def more() -> None:
        team = TeamFactory()
        estate(team)
        grant_premium(team=team, reason="Friends", ends_at=None, actor=operator)
        dead_job(team)
        CostEntry.objects.create(team=team, provider="pexels", capability="visual", seconds=1)

    def questions() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert operator_client.get(reverse(f"operate:{name}")).status_code == 200
        return len(captured)

    more()
    questions()
    few = questions()
    for _ in range(2):
        more()
    assert questions() == few <= 25


@pytest.mark.parametrize("name", ["content", "people", "teams", "grants", "failed", "queues"])
def test_list_answers_htmx_with_its_part(name: str, operator_client: Client, alice: User) -> None:
    text = operator_client.get(reverse(f"operate:{name}"), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in text
    assert text.strip().startswith("<div id=")


def test_failed_jobs_of_all_teams_are_put_back(operator_client: Client, team: Team, valkey: Any) -> None:
    jobs = [dead_job(team), dead_job(None), dead_job(TeamFactory(name="Other Show"))]
    assert len(operator_client.get("/operate/failed/").context["page"].object_list) == 3
    found = operator_client.get("/operate/failed/?q=other+show").context["page"].object_list
    assert found == [jobs[2]]
    operator_client.post(f"/operate/failed/{jobs[0].pk}/requeue/")
    sent = {"jobs": [str(jobs[1].pk), "nonsense", str(uuid4())]}
    answer = operator_client.post("/operate/failed/requeue/", sent, follow=True)
    assert "One job is back on its queue." in answer.content.decode()
    assert list(Job.objects.filter(status=JobStatus.DEAD)) == [jobs[2]]
    assert operator_client.get(f"/operate/failed/{jobs[0].pk}/").status_code == 404
    nothing = operator_client.post("/operate/failed/requeue/", {}, follow=True)
    assert "Tick at least one job" in nothing.content.decode()


def test_overview_says_what_waits(operator_client: Client, team: Team, valkey: Any) -> None:
    dead_job(team)
    ProviderKey.objects.create(team=team, provider="pexels", secret="x", broken=True)
    text = operator_client.get("/operate/").content.decode()
    for words in (
        "One failed job",
        "One provider key is refused",
        "A queue without workers",
        "The clock stands",
    ):
        assert words in text


def call(team: Team, seconds: float, succeeded: bool, provider: str = "pexels") -> None:
    CostEntry.objects.create(
        team=team, provider=provider, capability="visual", seconds=seconds, succeeded=succeeded
    )


def test_provider_health_comes_from_the_ledger_of_calls(operator_client: Client, team: Team) -> None:
    for seconds in range(1, 10):
        call(team, seconds, succeeded=seconds != 9)
    call(team, 1, succeeded=False, provider="elevenlabs")
    CostEntry.objects.filter(provider="elevenlabs").update(at=timezone.now() - timedelta(days=2))
    ProviderKey.objects.create(
        team=team, provider="pexels", secret="x", last_error="Too many calls.", last_error_at=timezone.now()
    )
    (row,) = health.provider_calls(24)
    assert (row.slug, row.calls, row.failed, row.median_s) == ("pexels", 9, 1, 5.0)
    assert (row.success, row.kind, row.slow_s) == (pytest.approx(8 / 9), "warn", pytest.approx(8.6))
    key = next(key for key in health.provider_keys() if key.slug == "pexels")
    assert (key.ready, key.broken, key.last_error) == (1, 0, "Too many calls.")
    assert "elevenlabs" not in str(operator_client.get("/operate/providers/?hours=1").context["calls"])
    assert len(operator_client.get("/operate/providers/?hours=168").context["calls"]) == 2


def test_usage_counts_runs_by_day_person_team_and_template(team: Team, alice: User) -> None:
    estate(team)
    Run.objects.all().delete()
    for number in range(3):
        run = make_run(team)
        status = RunStatus.DONE if number else RunStatus.FAILED
        Run.objects.filter(pk=run.pk).update(started_by=alice, template_name="Hook", status=status)
    Run.objects.filter(pk=run.pk).update(created_at=timezone.now() - timedelta(days=3))
    charts_ = {chart.title: chart for chart in usage.activity(7)}
    assert [bar.value for bar in charts_["Videos started"].bars] == [0, 0, 0, 1, 0, 0, 2]
    assert charts_["Videos finished"].total == 2
    (person,) = usage.top_people(7)
    assert (person.who, person.started, person.finished) == (alice, 3, 2)
    (group,) = usage.top_teams(2)
    assert (group.who, group.started) == (team, 2)
    (use,) = usage.template_use(7)
    assert (use.name, use.started, use.finished, use.failed, use.teams, use.share) == (
        "Hook",
        3,
        2,
        1,
        1,
        1.0,
    )


DAYS = charts.days_until(date(2026, 11, 20), 30)


@settings(max_examples=50, deadline=None)
@given(values=st.dictionaries(st.sampled_from(DAYS), st.integers(0, 10**6)))
def test_bars_stay_in_the_drawing_and_keep_their_proportions(values: dict[date, int]) -> None:
    chart = charts.draw("x", values, DAYS)
    assert chart.total == sum(values.values())
    assert [bar.day for bar in chart.bars] == DAYS
    for bar in chart.bars:
        assert 0 <= bar.y <= charts.HEIGHT
        assert bar.y + bar.height == pytest.approx(charts.HEIGHT, abs=0.02)
        assert 0 <= bar.x < bar.x + bar.width <= charts.WIDTH
        assert (bar.height > 0) == (bar.value > 0)
        if bar.value == chart.peak and bar.value:
            assert bar.height == charts.HEIGHT


def test_content_shows_videos_of_all_teams(operator_client: Client, team: Team) -> None:
    VideoFactory(team=team, title="Fünf Minuten")
    VideoFactory(title="Another one")
    assert len(operator_client.get("/operate/content/").context["page"].object_list) == 2
    (found,) = operator_client.get("/operate/content/?q=funf").context["page"].object_list
    assert found.title == "Fünf Minuten"
    assert list(operator_client.get("/operate/content/?status=failed").context["page"].object_list) == []


def test_teams_are_sorted_by_what_they_hold(operator_client: Client, team: Team, alice: User) -> None:
    small = TeamFactory(name="Small")
    for _ in range(2):
        MembershipFactory(team=team)
    order = [str(row) for row in operator_client.get("/operate/teams/?sort=-members").context["page"]]
    assert order == ["Morning Show", "Small"]
    assert small.pk


def test_person_menu_leads_operators_here(
    operator_client: Client, operator: User, team: Team, alice_client: Client
) -> None:
    MembershipFactory(team=team, user=operator)
    home = f"/studio/{team.slug}/"
    texts: list[str] = [client.get(home).content.decode() for client in (operator_client, alice_client)]
    assert ['href="/operate/"' in text for text in texts] == [True, False]
