"""One id in everything that a request sets off: its answer, its job, the call to the outside, and each log line."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from redis import Redis

from apps.core import http
from apps.core.correlation import CorrelationFilter
from apps.core.logs import JsonFormatter
from apps.jobs.kinds import KINDS, job_kind
from apps.jobs.models import Job
from apps.jobs.runner import JobRun, run_job
from apps.jobs.services import enqueue
from apps.teams.models import Team
from tests.core.http_loopback import Loopback, running, status


def begin(request: HttpRequest) -> HttpResponse:
    job = enqueue(KINDS["tests.calling_out"].work, team=Team.objects.get(), args={})
    return HttpResponse(str(job.pk))


urlpatterns = [path("begin/", begin, name="begin")]


@pytest.fixture
def outside(settings: Any) -> Iterator[Loopback]:
    with running() as server:
        settings.OUTSIDE_ALLOW_PRIVATE = [server.netloc]
        server.on("GET", "/", status(200))

        @job_kind("tests.calling_out", queue="default", attempts=1, timeout_s=60)
        def work(run: JobRun) -> None:
            with http.Client(server.url, label="tests") as client:
                client.get("/")

        yield server
        del KINDS["tests.calling_out"]


@pytest.mark.spec("OPS-02")
@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_answer_job_outside_call_and_log_lines_carry_the_same_id(
    client: Client, team: Team, outside: Loopback, caplog: pytest.LogCaptureFixture, valkey: Redis
) -> None:
    caplog.handler.addFilter(CorrelationFilter())
    with caplog.at_level(logging.INFO), caplog.at_level(logging.INFO, logger="apps.requests"):
        answer = client.get("/begin/")
        run_job(answer.content.decode())
    given = answer["X-Request-ID"]
    assert Job.objects.get().correlation_id == given
    assert [asked.headers["x-request-id"] for asked in outside.asked] == [given]
    lines = [json.loads(JsonFormatter().format(record)) for record in caplog.records]
    spoken = {line["logger"]: line for line in lines if line["logger"].startswith("apps.")}
    assert {name: line["correlation_id"] for name, line in spoken.items()} == dict.fromkeys(
        ("apps.requests", "apps.core.http", "apps.jobs.measuring"), given
    )
    assert (spoken["apps.requests"]["route"], spoken["apps.requests"]["status"]) == ("begin", 200)
    assert (spoken["apps.jobs.measuring"]["kind"], spoken["apps.core.http"]["service"]) == (
        "tests.calling_out",
        "tests",
    )
