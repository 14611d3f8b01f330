"""Traces and error reports, against a collector and an error service that stand on the loopback."""

import gzip
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import brotli
import pytest
import sentry_sdk
from django.conf import settings as django_settings
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from redis import Redis

from apps.core import http, tracing
from apps.core.correlation import correlated
from apps.jobs.kinds import KINDS, job_kind
from apps.jobs.runner import JobRun, run_job
from apps.jobs.services import enqueue
from apps.operations import sentry
from apps.teams.models import Team
from tests.core.http_loopback import Loopback, running, status

UNPACK: dict[str, Any] = {"": bytes, "gzip": gzip.decompress, "br": brotli.decompress}
GIVEN = "0192f3c2a1b27c338d4e5f60718293a4"


@pytest.fixture
def loopback(settings: Any) -> Iterator[Loopback]:
    with running() as server:
        settings.OUTSIDE_ALLOW_PRIVATE = [server.netloc]
        server.on("GET", "/things", status(200))
        yield server


@pytest.fixture
def collector(loopback: Loopback) -> Iterator[Loopback]:
    loopback.on("POST", "/v1/traces", status(200, b"", Content_Type="application/x-protobuf"))
    tracing.configure(loopback.url, service="showrunner-tests")
    yield loopback
    tracing.shut_down()


def spans(collector: Loopback) -> dict[str, Any]:
    """What the collector was sent, by name."""
    tracing.flush()
    found = {}
    for asked in collector.asked:
        if asked.path == "/v1/traces":
            unpack = UNPACK[asked.headers.get("content-encoding", "")]
            sent = ExportTraceServiceRequest.FromString(unpack(asked.body))
            for resource in sent.resource_spans:
                for scope in resource.scope_spans:
                    found.update({span.name: span for span in scope.spans})
    return found


def facts(span: Any) -> dict[str, str]:
    return {one.key: one.value.string_value for one in span.attributes if one.value.string_value}


@pytest.fixture
def calling_kind(loopback: Loopback) -> Iterator[Any]:
    @job_kind("tests.calling", queue="short", attempts=1, timeout_s=60)
    def work(run: JobRun) -> None:
        with http.Client(loopback.url, label="tests") as outside:
            outside.get("/things")

    yield work
    del KINDS["tests.calling"]


@pytest.mark.spec("OPS-03")
@pytest.mark.django_db
def test_one_trace_goes_from_the_request_through_the_job_to_the_outside_call(
    client: Client, team: Team, collector: Loopback, calling_kind: Any, valkey: Redis
) -> None:
    client.get("/healthz", headers={"X-Request-ID": GIVEN})
    with correlated(GIVEN):
        job = enqueue(calling_kind, team=team, args={})
    run_job(str(job.pk))
    found = spans(collector)
    request, work, call = found["GET"], found["tests.calling"], found["GET tests"]
    assert {span.trace_id.hex() for span in (request, work, call)} == {GIVEN}
    assert (request.parent_span_id, work.parent_span_id, call.parent_span_id) == (
        b"",
        request.span_id,
        work.span_id,
    )
    assert (facts(request)["route"], facts(call)["outcome"]) == ("healthz", "ok")
    (asked,) = (asked for asked in collector.asked if asked.path == "/things")
    assert asked.headers["traceparent"] == f"00-{GIVEN}-{call.span_id.hex()}-01"
    assert asked.headers["x-request-id"] == GIVEN


@pytest.mark.spec("OPS-03")
@pytest.mark.django_db
def test_failed_span_names_the_error_and_keeps_its_words_to_itself(collector: Loopback) -> None:
    with pytest.raises(ValueError, match="sk-secret"), correlated(GIVEN), tracing.span("failing"):
        raise ValueError("sk-secret was refused")
    span = spans(collector)["failing"]
    assert (span.status.message, len(span.events)) == ("ValueError", 0)
    assert b"sk-secret" not in span.SerializeToString()


@pytest.mark.spec("OPS-03")
def test_collector_that_is_away_disturbs_nobody(client: Client, db: None) -> None:
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
    tracing.configure("http://127.0.0.1:1", service="showrunner-tests")
    try:
        assert client.get("/healthz").status_code == 200
    finally:
        tracing.shut_down()


@pytest.mark.spec("OPS-03")
@pytest.mark.spec("OPS-04")
def test_nothing_is_imported_unless_it_is_configured() -> None:
    code = (
        "import django, sys; django.setup()\n"
        "print([name for name in ('opentelemetry.exporter', 'sentry_sdk', 'botocore') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=_env()
    )
    assert done.stdout.strip() == "[]"


def _env() -> dict[str, str]:
    import os

    own = {"DJANGO_SETTINGS_MODULE": "config.settings.embedded", "SECRET_KEY": "x"}
    return {**os.environ, **own, "PYTHONPATH": str(django_settings.BASE_DIR)}


@pytest.fixture
def error_service(loopback: Loopback) -> Iterator[Loopback]:
    loopback.on("POST", "/api/7/envelope/", status(200, {"id": "1"}))
    sentry.configure(f"http://key@{loopback.netloc}/7", environment="tests")
    yield loopback
    sentry_sdk.get_client().close()
    # Without integrations: the default ones patch Django for as long as the process lives.
    sentry_sdk.init(dsn=None, default_integrations=False, auto_enabling_integrations=False)


def reports(service: Loopback) -> list[dict[str, Any]]:
    """The events in the envelopes that were sent."""
    sentry_sdk.flush(timeout=5)
    found = []
    for asked in service.asked:
        if asked.path.endswith("/envelope/"):
            unpack = UNPACK[asked.headers.get("content-encoding", "")]
            lines = unpack(asked.body).splitlines()
            for head, body in zip(lines[1::2], lines[2::2], strict=False):
                if json.loads(head).get("type") == "event":
                    found.append(json.loads(body))
    return found


def broken(request: HttpRequest, token: str) -> HttpResponse:
    password = token[:7]  # the lines of this source go along with the report, so they say nothing themselves
    raise RuntimeError(f"Authorization: Bearer {'sk-' + 'very' + 'secret123'} of {len(password)} letters")


urlpatterns = [path("broken/<token>/", broken, name="broken")]
handler500 = "apps.core.errors_views.server_error"


@pytest.mark.spec("OPS-04")
@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_error_is_reported_with_its_id_and_without_secrets(error_service: Loopback, client: Client) -> None:
    client.raise_request_exception = False
    client.cookies["sessionid"] = "hunter2-in-a-cookie"
    answer = client.post(
        "/broken/hunter2-in-the-address/", {"p": "hunter2-in-the-body"}, headers={"X-Request-ID": GIVEN}
    )
    assert answer.status_code == 500
    (report,) = reports(error_service)
    assert report["tags"]["correlation_id"] == GIVEN
    assert report["exception"]["values"][-1]["type"] == "RuntimeError"
    assert "request" not in report
    text = json.dumps(report)
    assert ("hunter2" in text, "verysecret" in text) == (False, False)


@pytest.mark.spec("OPS-04")
def test_what_is_logged_as_an_error_is_reported_too(error_service: Loopback) -> None:
    with correlated(GIVEN):
        logging.getLogger("apps.tests").error("the job is dead: api_key=sk-verysecret123 was refused")
    (report,) = reports(error_service)
    assert report["tags"]["correlation_id"] == GIVEN
    assert "verysecret" not in json.dumps(report)
