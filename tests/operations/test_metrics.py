"""Figures: counted in memory by every process, gathered in Valkey, told to Prometheus and to nobody else."""

import json
import os
import time
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families
from redis import Redis

from apps.accounts.models import User
from apps.core import metrics
from apps.core.metrics import METRICS, Counter, Histogram, Level
from apps.jobs.models import Job, JobStatus
from apps.operations import exposition, health, measures
from apps.teams.models import Team
from tests.plans import rows_read, take_statistics

pytestmark = [pytest.mark.spec("OPS-01"), pytest.mark.django_db, pytest.mark.usefixtures("valkey")]

Found = dict[tuple[str, tuple[tuple[str, str], ...]], float]


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    """What other tests left in this process's memory is not ours."""
    metrics.flush()
    metrics.queue.connection().flushdb()


@pytest.fixture
def declared() -> Any:
    """Lets a test declare metrics of its own."""
    before = dict(METRICS)
    yield
    METRICS.clear()
    METRICS.update(before)


def read() -> Found:
    body, _ = exposition.expose("")
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(body.decode())
        for sample in family.samples
    }


def test_counter_adds_up_over_processes(declared: None) -> None:
    happened = Counter("tests_happened_total", "Things.", ("kind",))
    happened.add(kind="here")
    child = os.fork()
    if child == 0:  # counts only its own, however much its parent had counted before the fork
        happened.add(2, kind="there")
        os._exit(0 if metrics.flush() else 1)
    assert os.waitpid(child, 0)[1] == 0
    found = read()
    assert found["tests_happened_total", (("kind", "here"),)] == 1
    assert found["tests_happened_total", (("kind", "there"),)] == 2


@settings(max_examples=20, deadline=None)
@given(seconds=st.lists(st.floats(0, 100), max_size=20))
def test_histogram_holds_every_value_once_and_its_classes_only_grow(seconds: list[float]) -> None:
    METRICS.pop("tests_took_seconds", None)
    took = Histogram("tests_took_seconds", "Time.", (), bounds=(1, 10))
    metrics.queue.connection().flushdb()
    for value in seconds:
        took.observe(value)
    found = read()
    METRICS.pop("tests_took_seconds")
    if not seconds:
        assert ("tests_took_seconds_count", ()) not in found
        return
    classes = [found["tests_took_seconds_bucket", (("le", le),)] for le in ("1.0", "10.0", "+Inf")]
    assert classes == [sum(value <= bound for value in seconds) for bound in (1, 10, float("inf"))]
    assert found["tests_took_seconds_count", ()] == len(seconds)
    assert found["tests_took_seconds_sum", ()] == pytest.approx(sum(seconds))


def test_level_is_the_sum_over_processes_that_are_alive(declared: None, valkey: Redis) -> None:
    level = Level("tests_level", "How many.")
    level.add(3)
    level.add(-1)
    assert metrics.flush()
    for process, age_s in (("other:1", 1), ("gone:2", metrics.LEVEL_FRESH_S + 1)):
        told = json.dumps([5, time.time() - age_s])
        valkey.hset(metrics.LEVELS, json.dumps(["tests_level", process]), told)
    assert read()["tests_level", ()] == 2 + 5
    kept = [key for key in valkey.hkeys(metrics.LEVELS) if b"tests_level" in key]
    assert len(kept) == 2  # the silent process is forgotten
    level.add(-2)


def test_labels_are_exactly_the_declared_ones(declared: None) -> None:
    happened = Counter("tests_labelled_total", "Things.", ("kind",))
    for wrong in ({}, {"kind": "a", "user": "b"}, {"other": "a"}):
        with pytest.raises(ValueError, match="has the labels"):
            happened.add(**wrong)
    with pytest.raises(ValueError, match="declared twice"):
        Counter("tests_labelled_total", "Other things.", ("kind",))


def test_nothing_is_lost_while_valkey_is_away(declared: None, settings: Any) -> None:
    happened = Counter("tests_patient_total", "Things.")
    settings.REDIS_URL, real = "redis://127.0.0.1:1/0", settings.REDIS_URL
    happened.add()
    assert metrics.flush() is False
    found = read()
    assert found["showrunner_up", (("part", "valkey"),)] == 0
    assert found["showrunner_up", (("part", "database"),)] == 1
    settings.REDIS_URL = real
    assert read()["tests_patient_total", ()] == 1


def test_request_is_counted_by_its_route_and_never_by_its_address(alice_client: Client, team: Team) -> None:
    job = Job.objects.create(
        team=team, kind="x", queue="short", title="x", status=JobStatus.DONE, max_attempts=1
    )
    alice_client.get(f"/studio/{team.slug}/jobs/{job.pk}/")
    alice_client.get("/nowhere/at/all/")
    alice_client.generic("BREW", "/healthz")
    found = read()
    labels = {key[1] for key in found if key[0] == "showrunner_http_requests_total"}
    assert labels == {
        (("method", "GET"), ("route", "jobs:job"), ("status", "200")),
        (("method", "GET"), ("route", "unknown"), ("status", "404")),
        (("method", "OTHER"), ("route", "healthz"), ("status", "405")),
    }
    assert found["showrunner_http_request_seconds_count", (("route", "jobs:job"),)] == 1
    assert str(job.pk) not in exposition.expose("")[0].decode()


def test_queue_shows_how_deep_and_how_old_it_is(team: Team) -> None:
    from datetime import timedelta

    from django.utils import timezone

    now = timezone.now()
    for status, waited_s in ((JobStatus.QUEUED, 90), (JobStatus.QUEUED, 30), (JobStatus.DEAD, 500)):
        Job.objects.create(
            team=team,
            kind="x",
            queue="media",
            title="x",
            status=status,
            max_attempts=1,
            queued_at=now - timedelta(seconds=waited_s),
        )
    found = read()
    assert found["showrunner_jobs", (("queue", "media"), ("status", "queued"))] == 2
    assert found["showrunner_jobs", (("queue", "media"), ("status", "dead"))] == 1
    assert found["showrunner_jobs", (("queue", "short"), ("status", "queued"))] == 0
    assert 90 <= found["showrunner_queue_age_seconds", (("queue", "media"),)] < 95
    assert found["showrunner_queue_age_seconds", (("queue", "short"),)] == 0
    assert found["showrunner_workers", (("queue", "media"),)] == 0


def many_done_jobs(team: Team, number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO jobs_job (id, team_id, kind, queue, title, args, status, attempts, max_attempts, progress,
                progress_text, subject_type, subject_id, error, trace, worker, rq_id, wait_reason, correlation_id,
                cancel_requested, has_dependents, calls_next, run_at, finished_at, created_at)
            SELECT gen_random_uuid(), %s, 'x', 'media', 'x', '{}', 'done', 1, 1, 1,
                '', '', '', '', '', '', '', '', '', false, false, false, at, at, at
            FROM (SELECT now() - interval '1 day' - n * interval '1 second' AS at FROM generate_series(1, %s) n) times
            """,
            [team.pk, number],
        )
    take_statistics(Job)


def test_scrape_reads_only_what_is_not_over(team: Team) -> None:
    """However many jobs are done, figures and the operators' table of queues read none of them."""
    many_done_jobs(team, 3000)
    for status in (JobStatus.QUEUED, JobStatus.RUNNING, JobStatus.DEAD):
        Job.objects.create(team=team, kind="x", queue="media", title="x", status=status, max_attempts=1)
    with CaptureQueriesContext(connection) as captured:
        list(measures.from_database())
        health.queues(None)
    asked = [query["sql"] for query in captured if "jobs_job" in query["sql"]]
    assert [rows_read(sql) for sql in asked] == [3, 0, 3]


TOKEN = "a-token-of-the-monitoring"


@pytest.mark.parametrize(
    ("token", "sent", "answer"),
    [
        ("", {}, 200),
        ("", {"X-Forwarded-For": "203.0.113.9"}, 404),
        (TOKEN, {}, 404),
        (TOKEN, {"Authorization": "Bearer wrong"}, 404),
        (TOKEN, {"Authorization": f"Bearer {TOKEN}", "X-Forwarded-For": "203.0.113.9"}, 200),
    ],
)
def test_figures_are_for_the_token_or_for_this_machine(
    client: Client, settings: Any, token: str, sent: dict[str, str], answer: int
) -> None:
    settings.METRICS_TOKEN = token
    assert client.get("/metrics", headers=sent).status_code == answer


def test_figures_need_the_token_where_others_can_reach_them(client: Client, settings: Any) -> None:
    settings.EMBEDDED = False
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", REMOTE_ADDR="198.51.100.7").status_code == 404
    settings.EMBEDDED = True
    assert client.get("/metrics", REMOTE_ADDR="198.51.100.7").status_code == 404


def test_both_forms_of_prometheus_are_spoken(client: Client, alice: User) -> None:
    plain = client.get("/metrics")
    assert plain["Content-Type"].startswith("text/plain")
    newer = client.get("/metrics", headers={"Accept": "application/openmetrics-text; version=1.0.0"})
    assert newer["Content-Type"].startswith("application/openmetrics-text")
    assert newer.content.endswith(b"# EOF\n")
