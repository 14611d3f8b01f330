"""The pages of background work: list, filters, one job, cancelling, trying again (JOB-03, JOB-04)."""

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from apps.audit.models import AuditRecord
from apps.jobs.models import Job, JobStatus
from apps.teams.models import Team

LIST = "/studio/morning-show/jobs/"
HTMX = {"HX-Request": "true"}
FILTERS = ("", "status=dead", "status=open", "kind=tests.log", "queue=media", "q=no+sound", "status=nonsense")


def make(team: Team | None, title: str, status: str = JobStatus.DONE, **values: Any) -> Job:
    defaults: dict[str, Any] = {
        "kind": "tests.note",
        "queue": "default",
        "max_attempts": 3,
        "correlation_id": "test-page",
        "args": {},
    }
    return Job.objects.create(team=team, title=title, status=status, **{**defaults, **values})


def titles(answer: Any) -> list[str]:
    return [job.title for job in answer.context["page"].object_list]


def test_job_pages_are_for_the_team_only(client: Client, charlie_client: Client, team: Team) -> None:
    job = make(team, "Ours")
    for page in (LIST, f"{LIST}{job.pk}/"):
        assert client.get(page)["Location"] == f"/accounts/login/?next={page}"
        assert charlie_client.get(page).status_code == 404


def test_job_of_another_team_is_missing(alice_client: Client, charlie: Any) -> None:
    theirs = make(charlie.memberships.get().team, "Theirs", JobStatus.DEAD)
    nobodys = make(None, "Housekeeping")
    assert titles(alice_client.get(LIST)) == []
    for job in (theirs, nobodys):
        assert alice_client.get(f"{LIST}{job.pk}/").status_code == 404
        assert alice_client.post(f"{LIST}{job.pk}/requeue/").status_code == 404
        assert alice_client.post(f"{LIST}{job.pk}/cancel/").status_code == 404
    alice_client.post(f"{LIST}requeue/", {"jobs": [str(theirs.pk)]})
    theirs.refresh_from_db()
    assert theirs.status == JobStatus.DEAD


def test_kinds_are_named_as_people_call_them(alice_client: Client, team: Team) -> None:
    make(team, "Film", kind="creation.make_media")
    page = alice_client.get(LIST).content.decode()
    assert '<div class="cell-sub">Make media</div>' in page
    assert '<option value="creation.make_media">Make media</option>' in page


@pytest.mark.spec("JOB-04")
def test_list_is_filtered_by_status_kind_queue_and_words(alice_client: Client, team: Team) -> None:
    make(team, "Failed", JobStatus.DEAD, error="no sound", queue="media")
    make(team, "Running", JobStatus.RUNNING, progress=0.4)
    make(team, "Done", kind="tests.log")
    found = {
        query: sorted(titles(alice_client.get(f"{LIST}?{query}")))
        for query in (
            "",
            "status=dead",
            "status=open",
            "kind=tests.log",
            "queue=media",
            "q=no+sound",
            "status=nonsense",
        )
    }
    assert found == {
        "": ["Done", "Failed", "Running"],
        "status=dead": ["Failed"],
        "status=open": ["Running"],
        "kind=tests.log": ["Done"],
        "queue=media": ["Failed"],
        "q=no+sound": ["Failed"],
        "status=nonsense": ["Done", "Failed", "Running"],
    }


@pytest.mark.spec("JOB-04")
def test_list_shows_how_deep_each_queue_is(alice_client: Client, team: Team) -> None:
    make(team, "a", JobStatus.QUEUED, queue="media")
    make(team, "b", JobStatus.WAITING, queue="media")
    make(team, "c", JobStatus.RUNNING, queue="media")
    make(team, "d", JobStatus.DEAD, queue="short")
    make(team, "e", JobStatus.DONE, queue="short", finished_at=timezone.now())
    depth = {
        q.name: (q.waiting, q.running, q.ended_last_hour, q.dead)
        for q in alice_client.get(LIST).context["queues"]
    }
    none = (0, 0, 0, 0)
    assert depth == {"short": (0, 0, 1, 1), "publishing": none, "default": none, "media": (2, 1, 0, 0)}


def test_list_answers_htmx_with_its_part_and_follows_the_socket(alice_client: Client, team: Team) -> None:
    make(team, "Running", JobStatus.RUNNING, progress=0.4)
    part = alice_client.get(LIST, headers=HTMX).content.decode()
    assert part.strip().startswith('<div id="list"')
    assert 'hx-trigger="job-changed from:body, job-progress from:body, resync from:body"' in part
    assert '<progress max="1" value="0.4"' in part


def test_list_says_what_to_do_when_it_is_empty(alice_client: Client) -> None:
    assert "No work yet" in alice_client.get(LIST).content.decode()
    assert "Show all jobs" in alice_client.get(f"{LIST}?q=nothing").content.decode()


def test_list_takes_as_many_queries_for_three_as_for_one(
    alice_client: Client, team: Team, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make(team, "one")
    alice_client.get(LIST)
    with django_assert_num_queries(8):
        alice_client.get(LIST)
    make(team, "two", JobStatus.DEAD)
    make(team, "three", JobStatus.RUNNING)
    with django_assert_num_queries(8):
        alice_client.get(LIST)


@pytest.mark.spec("JOB-04")
def test_page_of_a_failed_job_shows_the_error_and_its_trace(victor_client: Client, team: Team) -> None:
    job = make(team, "Failed", JobStatus.DEAD, error="The file has no sound.", trace="ValueError: silence")
    page = victor_client.get(f"{LIST}{job.pk}/").content.decode()
    assert "The file has no sound." in page
    assert "ValueError: silence" in page
    assert "Put back on the queue" not in page  # a viewer may look, not act


@pytest.mark.spec("JOB-04")
def test_job_is_cancelled_by_those_who_may(alice_client: Client, victor_client: Client, team: Team) -> None:
    job = make(team, "Waiting", JobStatus.SCHEDULED)
    assert victor_client.post(f"{LIST}{job.pk}/cancel/").status_code == 403
    answer = alice_client.post(f"{LIST}{job.pk}/cancel/")
    job.refresh_from_db()
    assert (answer["Location"], job.status) == (f"{LIST}{job.pk}/", JobStatus.CANCELLED)
    page = alice_client.post(f"{LIST}{job.pk}/cancel/", follow=True).content.decode()
    assert "already over" in page


@pytest.mark.spec("JOB-03")
def test_failed_job_is_tried_again_also_with_other_arguments(alice_client: Client, team: Team) -> None:
    job = make(team, "Failed", JobStatus.DEAD, args={"name": "wrong"}, attempts=3)
    alice_client.post(f"{LIST}{job.pk}/requeue/", {"args": json.dumps({"name": "right"})})
    job.refresh_from_db()
    assert (job.status, job.attempts, job.args) == (JobStatus.QUEUED, 0, {"name": "right"})
    assert AuditRecord.objects.filter(action="job.requeue", target_id=str(job.pk)).count() == 1


@pytest.mark.parametrize("text", ["{", "[1]", ""])
def test_arguments_that_are_no_object_are_refused_beside_the_field(
    alice_client: Client, team: Team, text: str
) -> None:
    job = make(team, "Failed", JobStatus.DEAD)
    answer = alice_client.post(f"{LIST}{job.pk}/requeue/", {"args": text})
    job.refresh_from_db()
    assert (answer.status_code, list(answer.context["form"].errors), job.status) == (
        422,
        ["args"],
        JobStatus.DEAD,
    )


@pytest.mark.spec("JOB-03")
def test_ticked_jobs_are_tried_again_together(alice_client: Client, bob_client: Client, team: Team) -> None:
    dead = [make(team, name, JobStatus.DEAD) for name in ("a", "b")]
    done = make(team, "done")
    alice_client.post(f"{LIST}requeue/", {"jobs": [str(job.pk) for job in dead]})
    assert set(Job.objects.in_team(team).values_list("title", "status")) == {
        ("a", "queued"), ("b", "queued"), ("done", "done"),
    }  # fmt: skip
    page = alice_client.post(f"{LIST}requeue/", {"jobs": [str(done.pk)]}, follow=True).content.decode()
    assert "Tick at least one failed or cancelled job." in page
    assert bob_client.post(f"{LIST}requeue/", {}).status_code == 302  # editors may too


def test_home_tells_of_failed_jobs_and_of_running_ones(alice_client: Client, team: Team) -> None:
    make(team, "Broken", JobStatus.DEAD)
    make(team, "Under way", JobStatus.RUNNING, progress=0.5, progress_text="half")
    page = alice_client.get("/studio/morning-show/").content.decode()
    assert "One job failed for good" in page
    assert "Under way" in page


def test_command_box_finds_jobs_by_name(alice_client: Client, team: Team) -> None:
    job = make(team, "Render the finale")
    address = "/studio/morning-show/search/?q="
    part = alice_client.get(f"{address}finale", headers=HTMX).content.decode()
    assert f'<a role="option" aria-selected="false" href="{LIST}{job.pk}/">' in part
    assert (
        alice_client.get(f"{address}f", headers=HTMX).content.decode().strip() == ""
    )  # one letter finds too much
