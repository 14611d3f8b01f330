"""The dead-letter list as a page: look, correct, put back one or many (JOB-03); charts of the queues (JOB-04)."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.jobs.charts import bars, line
from apps.jobs.history import PARTS, history
from apps.jobs.models import Job, JobCap, JobStatus
from apps.teams.models import Team
from tests.factories import TeamFactory
from tests.jobs.test_job_pages import HTMX, make, titles

FAILED = "/studio/morning-show/jobs/failed/"
PUT_BACK = f"{FAILED}put-back/"


def dead(team: Team, title: str, **values: Any) -> Job:
    return make(team, title, JobStatus.DEAD, finished_at=timezone.now(), **values)


def states() -> dict[str, str]:
    return dict(Job.objects.values_list("title", "status"))


@pytest.mark.spec("JOB-03")
def test_failed_page_lists_only_what_is_dead_and_filters_it(alice_client: Client, team: Team) -> None:
    dead(team, "No sound", error="silence", queue="media")
    dead(team, "No picture", kind="tests.log")
    make(team, "Done")
    found = {
        query: sorted(titles(alice_client.get(f"{FAILED}?{query}")))
        for query in ("", "q=silence", "kind=tests.log", "queue=media")
    }
    assert found == {
        "": ["No picture", "No sound"], "q=silence": ["No sound"],
        "kind=tests.log": ["No picture"], "queue=media": ["No sound"],
    }  # fmt: skip


@pytest.mark.spec("JOB-03")
def test_ticked_or_all_that_match_are_put_back(alice_client: Client, team: Team) -> None:
    one = dead(team, "one")
    dead(team, "two", kind="tests.log")
    dead(team, "three", kind="tests.log")
    dead(TeamFactory(), "theirs", kind="tests.log")
    alice_client.post(PUT_BACK, {"which": "ticked", "jobs": [str(one.pk)]})
    assert states() == {"one": "queued", "two": "dead", "three": "dead", "theirs": "dead"}
    alice_client.post(PUT_BACK, {"which": "all", "kind": "tests.log"})
    assert states() == {"one": "queued", "two": "queued", "three": "queued", "theirs": "dead"}


@pytest.mark.spec("JOB-03")
def test_one_argument_is_corrected_in_all_that_are_put_back(alice_client: Client, team: Team) -> None:
    for name in ("a", "b"):
        dead(team, name, args={"size": 1, "name": name})
    alice_client.post(PUT_BACK, {"which": "all", "argument": "size", "value": "2"})
    assert sorted(Job.objects.values_list("args__size", "args__name")) == [(2, "a"), (2, "b")]


@pytest.mark.parametrize(
    ("argument", "value", "says"),
    [
        ("width", "2", "takes no argument called width"),
        ("size", "two", "Write the new value as JSON"),
        ("", "2", "Name the argument"),
        ("size", '"0192f3c2-a1b2-7c33-8000-000000000000"', "must not name other objects"),
    ],
)
def test_wrong_correction_puts_back_nothing_and_says_why(
    alice_client: Client, team: Team, argument: str, value: str, says: str
) -> None:
    for name in ("a", "b"):
        dead(team, name, args={"size": 1})
    form = {"which": "all", "argument": argument, "value": value}
    assert says in alice_client.post(PUT_BACK, form, follow=True).content.decode()
    assert states() == {"a": "dead", "b": "dead"}


def test_nothing_ticked_is_said(alice_client: Client, team: Team) -> None:
    dead(team, "one")
    page = alice_client.post(PUT_BACK, {"which": "ticked"}, follow=True).content.decode()
    assert "Tick at least one failed job." in page


@pytest.mark.spec("JOB-03")
def test_arguments_are_corrected_in_a_dialog_or_on_a_page(alice_client: Client, team: Team) -> None:
    job = dead(team, "one", args={"size": 1})
    address = f"/studio/morning-show/jobs/{job.pk}/edit/"
    assert "&quot;size&quot;: 1" in alice_client.get(address).content.decode()
    assert (
        alice_client.get(address, headers=HTMX)
        .content.decode()
        .strip()
        .startswith('<div class="dialog-head"')
    )


def test_viewer_sees_the_list_but_no_way_to_put_back(victor_client: Client, team: Team) -> None:
    dead(team, "one")
    page = victor_client.get(FAILED).content.decode()
    assert ("one" in page, "Put the ticked ones back" in page) == (True, False)
    assert victor_client.post(PUT_BACK, {"which": "all"}).status_code == 403


@pytest.mark.spec("JOB-04")
def test_history_counts_what_waited_and_what_was_done(team: Team) -> None:
    now = timezone.now()
    hour = timedelta(hours=1)

    def job(came: float, began: float | None, ended: float | None, **values: Any) -> None:
        at = [None if hours is None else now - hours * hour for hours in (began, ended)]
        row = make(team, "x", started_at=at[0], finished_at=at[1], queue="short", **values)
        Job.objects.filter(pk=row.pk).update(created_at=now - came * hour)

    job(20.25, 10.25, 9.25)
    job(20.25, 15.25, 15.2)
    job(30, None, None, status=JobStatus.HELD)
    short, publishing, _, _ = history(team, now)
    assert [sum(short.waiting[n : n + 8]) for n in range(0, PARTS, 8)] == [10, 24, 17, 11, 8, 8]
    assert (short.waiting[-1], max(short.waiting), sum(short.done)) == (1, 3, 2)
    assert (publishing.waiting, publishing.done) == ([0] * PARTS, [0] * PARTS)


@pytest.mark.spec("JOB-04")
def test_charts_touch_the_top_with_their_highest_value() -> None:
    drawn = bars("Done", [0, 5, 10], ["a", "b", "c"])
    assert [(bar.y, bar.height, bar.title) for bar in drawn.bars] == [(60.0, 60.0, "b"), (0.0, 120.0, "c")]
    assert line("Waiting", [0, 4, 2]).points == "0.0,120.0 300.0,2.0 600.0,61.0"
    assert bars("Nothing", [0, 0], ["a", "b"]).bars == ()


@pytest.mark.spec("JOB-04", "JOB-08")
def test_queues_page_draws_without_script_and_says_why_things_wait(alice_client: Client, team: Team) -> None:
    make(team, "a", JobStatus.HELD, wait_reason="8 jobs of your team go before it on this queue.")
    JobCap.objects.create(team=team, kind="tests.note", at_once=3)
    page = alice_client.get("/studio/morning-show/jobs/queues/").content.decode()
    assert page.count('<svg class="chart"') == 8
    assert "8 jobs of your team go before it on this queue." in page
    assert "3 at once" in page


@pytest.mark.spec("JOB-08")
def test_page_of_a_held_job_says_why_it_waits(alice_client: Client, team: Team) -> None:
    job = make(team, "a", JobStatus.HELD, wait_reason="No more than one job at once here (media).")
    for address in (f"/studio/morning-show/jobs/{job.pk}/", "/studio/morning-show/jobs/"):
        assert "No more than one job at once here (media)." in alice_client.get(address).content.decode()
