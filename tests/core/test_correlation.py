"""One id follows a request into its jobs, outside calls, events, records and log lines (OPS-02)."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import AsyncClient, Client
from redis import Redis

from apps.accounts.models import User
from apps.audit.models import AuditRecord
from apps.core import http
from apps.core.correlation import NONE, CorrelationFilter, correlated, current_id, current_or_new_id
from apps.core.logs import JsonFormatter, LineFormatter
from apps.events.models import Event
from apps.jobs.kinds import KINDS, job_kind
from apps.jobs.models import Job
from apps.jobs.runner import JobRun, run_job
from apps.jobs.services import enqueue
from apps.teams.models import Team
from tests.core.http_loopback import Loopback, running, status

GIVEN = "request-1234"


def test_there_is_none_outside_of_any() -> None:
    assert current_id() == NONE
    assert len(current_or_new_id()) == 32


def test_correlated_nests_and_ends() -> None:
    with correlated(GIVEN) as outer, correlated() as inner:
        assert (outer, inner, current_id()) == (GIVEN, current_or_new_id(), inner)
        assert inner != outer
    assert current_id() == NONE


@pytest.mark.spec("OPS-02")
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sent", "taken"),
    [(GIVEN, True), ("short", False), ("x" * 65, False), ("two words", False), ("<script>", False)],
)
def test_request_takes_a_well_formed_id_and_makes_one_otherwise(
    client: Client, sent: str, taken: bool
) -> None:
    answer = client.get("/healthz", headers={"X-Request-ID": sent})
    assert (answer["X-Request-ID"] == sent) is taken
    assert len(answer["X-Request-ID"]) >= 8


@pytest.mark.spec("OPS-02")
@pytest.mark.django_db(transaction=True)
async def test_request_over_asgi_carries_its_id_into_what_the_view_writes(
    async_client: AsyncClient, alice: User
) -> None:
    await async_client.aforce_login(alice)
    answer = await async_client.post("/teams/new/", {"name": "Night Show"}, headers={"X-Request-ID": GIVEN})
    assert (answer.status_code, answer["X-Request-ID"]) == (302, GIVEN)
    line = await AuditRecord.objects.aget(action="team.create")
    assert (line.correlation_id, line.address) == (GIVEN, "127.0.0.1")


@pytest.fixture
def loopback(settings: Any) -> Iterator[Loopback]:
    with running() as server:
        settings.OUTSIDE_ALLOW_PRIVATE = [server.netloc]
        server.on("GET", "/", status(200))
        yield server


@pytest.fixture
def failing_call(loopback: Loopback) -> Iterator[Any]:
    """A kind of job that calls an outside service, and then fails for good."""

    @job_kind("tests.failing_call", queue="short", attempts=1, timeout_s=60)
    def work(run: JobRun) -> None:
        logging.getLogger("tests.correlation").info("calling")
        with http.Client(loopback.url) as outside:
            outside.get("/")
        raise ValueError("after the call")

    yield work
    del KINDS["tests.failing_call"]


@pytest.mark.spec("OPS-02")
@pytest.mark.django_db
def test_id_goes_from_the_request_through_the_job_to_the_outside_call_its_event_and_its_log(
    team: Team,
    loopback: Loopback,
    failing_call: Any,
    caplog: pytest.LogCaptureFixture,
    valkey: Redis,
) -> None:
    caplog.handler.addFilter(CorrelationFilter())
    with correlated(GIVEN):
        job = enqueue(failing_call, team=team, args={})
    with caplog.at_level(logging.INFO):
        run_job(str(job.pk))
    assert Job.objects.get().correlation_id == GIVEN
    assert [asked.headers["x-request-id"] for asked in loopback.asked] == [GIVEN]
    assert Event.objects.get(type="job.dead").correlation_id == GIVEN
    spoken = {record.name: record.correlation_id for record in caplog.records if record.name != "asyncio"}  # type: ignore[attr-defined]
    assert spoken.keys() >= {"tests.correlation", "apps.core.http", "apps.jobs.runner"}
    assert set(spoken.values()) == {GIVEN}


def line_of(formatter: logging.Formatter, message: str, *args: object, error: Exception | None = None) -> str:
    exc_info = (type(error), error, None) if error else None
    record = logging.LogRecord("apps.x", logging.WARNING, "x.py", 1, message, args, exc_info)
    with correlated(GIVEN):
        CorrelationFilter().filter(record)
    return formatter.format(record)


@pytest.mark.spec("OPS-02")
def test_json_line_is_one_object_with_its_id_and_trace() -> None:
    line = line_of(JsonFormatter(), "three %s\nlines", "short", error=ValueError("no"))
    assert "\n" not in line
    parsed = json.loads(line)
    at = parsed.pop("at")
    assert at.endswith("+00:00")
    assert parsed == {
        "level": "WARNING",
        "logger": "apps.x",
        "correlation_id": GIVEN,
        "message": "three short\nlines",
        "trace": "ValueError: no",
    }


@pytest.mark.spec("OPS-02")
@pytest.mark.parametrize("formatter", [LineFormatter(), JsonFormatter()])
def test_log_lines_hold_no_secrets(formatter: logging.Formatter) -> None:
    error = ValueError("GET https://api.example.com/?api_key=abc123secret failed")
    line = line_of(formatter, "Authorization: Bearer %s", "sk-verysecret123", error=error)
    assert ("sk-verysecret123" in line, "abc123secret" in line) == (False, False)
    assert (GIVEN in line, "[hidden]" in line) == (True, True)


@pytest.mark.spec("OPS-02")
def test_facts_stand_beside_the_message_without_secrets() -> None:
    record = logging.LogRecord("apps.x", logging.INFO, "x.py", 1, "done", (), None)
    record.facts = {"route": "jobs:list", "seconds": 0.2, "level": "forged", "note": "api_key=abc123secret"}
    parsed = json.loads(JsonFormatter().format(record))
    assert (parsed["route"], parsed["seconds"], parsed["level"]) == ("jobs:list", 0.2, "INFO")
    assert "abc123secret" not in parsed["note"]


@pytest.mark.spec("OPS-02")
@pytest.mark.django_db
def test_each_request_leaves_a_line_with_its_route_and_never_its_address(
    alice_client: Client, alice: User, team: Team, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.handler.addFilter(CorrelationFilter())
    with caplog.at_level(logging.INFO, logger="apps.requests"):
        alice_client.get(f"/studio/{team.slug}/jobs/?q=private", headers={"X-Request-ID": GIVEN})
        alice_client.get("/no/such/secret-link/")
        alice_client.get("/healthz")
    lines = [json.loads(JsonFormatter().format(record)) for record in caplog.records]
    ours = [line for line in lines if line["logger"] == "apps.requests"]
    assert [(line["route"], line["status"]) for line in ours] == [("jobs:list", 200), ("unknown", 404)]
    assert (ours[0]["user"], ours[0]["team"]) == (str(alice.pk), str(team.pk))
    assert ours[0]["correlation_id"] == GIVEN
    text = json.dumps(lines)
    assert ("private" in text, "secret-link" in text) == (False, False)
    assert [line["message"] for line in lines if line["logger"] == "django.request"] == [
        "Not Found at unknown"
    ]
