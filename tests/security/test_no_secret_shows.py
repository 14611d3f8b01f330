"""A marked secret goes through the whole product, and then everything that the product leaves is searched for it."""

import base64
import logging
from collections.abc import Iterator
from io import StringIO
from typing import Any
from urllib.parse import quote

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.http import HttpResponseBase, StreamingHttpResponse
from django.test import Client
from django.urls import reverse
from redis import Redis

from apps.audit.models import AuditRecord
from apps.core.logs import JsonFormatter, LineFormatter
from apps.events.models import Event
from apps.jobs.kinds import KINDS, job_kind
from apps.jobs.models import Job
from apps.jobs.runner import run_job
from apps.jobs.services import enqueue
from apps.providers.models import ProviderKey
from apps.teams.models import Team
from tests.core.http_loopback import Handler, Loopback, running, status
from tests.guards.estate import estate
from tests.guards.test_doors import answers, filled, studio

MARK = "planted/secret+3f9a7c51e8b2d604=="  # with signs that addresses write in another way
SHAPES = (MARK, quote(MARK, safe=""), quote(MARK), base64.b64encode(MARK.encode()).decode())
GOOD = status(200, {"data": [{"id": "gpt-4.1-mini"}]})

pytestmark = pytest.mark.django_db


def shows(text: str) -> bool:
    return any(shape in text for shape in SHAPES)


def echoing(code: int) -> Any:
    """A service that is careless with what it was sent: key and all stand in its answer."""

    def answer(handler: Handler) -> None:
        sent = handler.headers.get("authorization", "")
        assert sent == f"Bearer {MARK}"
        status(code, {"error": {"message": f"{sent} at /models?key={quote(MARK)} is wrong", "code": MARK}})(
            handler
        )

    return answer


@pytest.fixture
def server(settings: Any) -> Iterator[Loopback]:
    with running() as loopback:
        settings.OUTSIDE_ALLOW_PRIVATE = [loopback.netloc]
        yield loopback


@pytest.fixture
def lived(
    server: Loopback, team: Team, alice_client: Client, caplog: pytest.LogCaptureFixture, valkey: Redis
) -> list[HttpResponseBase]:
    """What a key goes through: refused, taken in, checked, refused by its service, used by a job that dies."""
    caplog.set_level(logging.DEBUG)
    logging.getLogger("django.db.backends").setLevel(logging.INFO)  # statements are the database's business
    server.on("GET", "/models", echoing(401), echoing(500), GOOD, echoing(401), echoing(503), echoing(403))
    add = reverse("providers:add_key", args=[team.slug, "openai_compatible"])
    form = {"secret": MARK, "base_address": server.url, "label": "Ours", "model": "gpt-4.1-mini"}
    seen = [alice_client.post(add, form) for _ in range(3)]
    key = ProviderKey.objects.get()
    assert key.secret == MARK
    check = reverse("providers:check_key", args=[team.slug, key.pk])
    seen += [alice_client.post(check, headers=headers) for headers in ({}, {"HX-Request": "true"})]
    change = reverse("providers:change_key", args=[team.slug, key.pk])
    seen.append(alice_client.post(change, {**form, "label": "Renamed"}))
    return [*seen, *_job_that_dies(team, key)]


def _job_that_dies(team: Team, key: ProviderKey) -> list[HttpResponseBase]:
    from apps.providers.services import check_key

    def work(run: Any, *, key_id: str) -> None:
        """Asks the careless service, and passes its error on."""
        checked = check_key(key=ProviderKey.objects.get(pk=key_id), actor=None)
        raise RuntimeError(f"the key does not work: {checked.last_error}")

    job_kind("test.careless", attempts=1)(work)
    try:
        job = enqueue(work, team=team, args={"key_id": str(key.pk)}, title="Careless")
        run_job(str(job.pk))
    finally:
        del KINDS["test.careless"]
    assert Job.objects.get(pk=job.pk).status == "dead"
    return []


def content(answer: HttpResponseBase) -> str:
    body = b"".join(answer) if isinstance(answer, StreamingHttpResponse) else answer.content  # type: ignore[attr-defined,arg-type]
    return f"{answer.headers} {body.decode(errors='replace')}"


@pytest.mark.spec("SEC-08", "P-C07")
def test_secret_is_in_no_log_error_event_record_job_or_table(
    lived: list[HttpResponseBase], caplog: pytest.LogCaptureFixture, valkey: Redis
) -> None:
    assert len(lived) == 6
    assert [shows(content(answer)) for answer in lived] == [False] * 6
    records = [*caplog.get_records("setup"), *caplog.records]
    assert any(record.name == "apps.core.http" for record in records)
    for formatter in (LineFormatter(), JsonFormatter(), logging.Formatter()):
        assert not any(shows(formatter.format(_with_id(record))) for record in records)
    assert Event.objects.exists()
    assert AuditRecord.objects.filter(action__startswith="provider.").exists()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            for shape in SHAPES:
                cursor.execute(
                    f'SELECT count(*) FROM "{table}" AS row WHERE row::text LIKE %s', [f"%{shape}%"]
                )
                assert cursor.fetchone()[0] == 0, table
    assert not any(shows(repr(valkey.dump(key))) or shows(repr(key)) for key in valkey.scan_iter())
    assert not any(shows(str(message.message())) for message in mail.outbox)


def _with_id(record: logging.LogRecord) -> logging.LogRecord:
    record.correlation_id = "-"
    return record


@pytest.mark.spec("SEC-08", "P-C07")
def test_secret_is_on_no_page_and_in_no_export(
    lived: list[HttpResponseBase], team: Team, alice_client: Client
) -> None:
    things = {**estate(team), "key_id": ProviderKey.objects.get(label="Ours").pk}
    for name, _, names in studio():
        if name == "providers:check_key":
            continue  # asks the careless service again, as above
        for method, answer in answers(alice_client, name, filled(name, names, things)).items():
            if (name, method.lower()) == ("providers:reveal_key", "post"):
                continue  # its purpose, after a fresh proof; tests/providers/test_reveal.py has its doors
            assert not shows(content(answer)), name
    dump = StringIO()
    call_command("dumpdata", stdout=dump, exclude=["contenttypes", "auth.permission", "django_rq"])
    assert "providers.providerkey" in dump.getvalue()
    assert not shows(dump.getvalue())


@pytest.mark.spec("SEC-08")
def test_page_that_breaks_shows_no_secret(
    lived: list[HttpResponseBase],
    team: Team,
    alice_client: Client,
    monkeypatch: pytest.MonkeyPatch,
    caplog: Any,
) -> None:
    from apps.providers import queries

    def break_down(*args: Any, **kwargs: Any) -> None:
        key = ProviderKey.objects.get(label="Ours")
        opened = key.secret
        raise RuntimeError(f"broken with {len(opened)} signs")

    monkeypatch.setattr(queries, "readiness", break_down)
    alice_client.raise_request_exception = False
    page = alice_client.get(reverse("providers:list", args=[team.slug]))
    assert page.status_code == 500
    assert not shows(content(page))
    assert not any(shows(logging.Formatter().format(record)) for record in caplog.records)
