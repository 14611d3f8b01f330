"""Many videos from one list: every row right or nothing started, each when there is room (JOB-10)."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.accounts.models import User
from apps.core.ids import new_id
from apps.creation.models import Run, RunStatus, Template
from apps.creation.services.templates import install_system_templates
from apps.jobs.errors import JobError
from apps.jobs.models import Batch, Job
from apps.jobs.rows import read_csv
from apps.jobs.runner import run_job
from apps.jobs.services import requeue
from apps.teams.models import Team

PAGE = "/studio/morning-show/create/many/"
COLUMNS = ("topic", "link", "text", "language")


@pytest.fixture
def template(db: None) -> Template:
    install_system_templates()
    return Template.objects.filter(team=None)[0]


def send(client: Client, template: Template, /, *, csv: str | bytes = "", **values: Any) -> Any:
    form = {"batch": str(new_id()), "template": str(template.pk), "language": "", "lines": "", **values}
    if csv:
        data = csv.encode() if isinstance(csv, str) else csv
        form["file"] = SimpleUploadedFile("list.csv", data, content_type="text/csv")
    return client.post(PAGE, form)


@pytest.mark.spec("JOB-10")
def test_csv_of_topics_links_and_texts_becomes_one_batch(
    alice_client: Client, template: Template, team: Team
) -> None:
    csv = "topic;link;text;language\nBees;;;en\n;https://example.com/a;;\n\n;;Some words to say.;de\n"
    answer = send(alice_client, template, csv=csv)
    batch = Batch.objects.get()
    assert answer["Location"] == f"/studio/morning-show/jobs/batches/{batch.pk}/"
    ideas = [job.args["idea"] for job in Job.objects.filter(batch=batch).order_by("pk")]
    assert [(idea["kind"], idea["topic"] or idea["url"] or idea["text"], idea["language"]) for idea in ideas] == [
        ("topic", "Bees", "en"), ("url", "https://example.com/a", ""), ("text", "Some words to say.", "de"),
    ]  # fmt: skip
    assert (batch.total, batch.title) == (3, "3 videos from list.csv")


@pytest.mark.spec("JOB-10")
def test_every_wrong_row_is_named_and_nothing_is_started(alice_client: Client, template: Template) -> None:
    csv = (
        "topic,link,language\nBees,,en\n,not-a-link,\n,,en\nBoth,https://example.com,\nBees,,en\n"
        f"Klingon,,tlh\n{'x' * 301},,\nMore,,en,cells\n"
    )
    answer = send(alice_client, template, csv=csv)
    assert (answer.status_code, Batch.objects.count(), Job.objects.count()) == (422, 0, 0)
    bad = [(row.number, row.error) for row in answer.context["form"].bad]
    assert bad == [
        (3, "Give a whole link that starts with https://."),
        (4, "Give a topic, a link or a text."),
        (5, "Give only one of topic and link."),
        (6, "The same stands in a row before. Remove one of them."),
        (7, "“tlh” is no language that is spoken here. Use a code such as en or de."),
        (8, "A topic has at most 300 characters. Paste longer words as a text."),
        (9, "It has 4 cells, but there are 3 columns."),
    ]
    assert "7 rows are not right, so nothing was started." in answer.content.decode()


@pytest.mark.spec("JOB-10")
def test_lines_are_topics_or_links(alice_client: Client, template: Template) -> None:
    send(alice_client, template, lines="Why bees dance\n\nhttps://example.com/a\n", language="en")
    rows = Job.objects.order_by("pk").values_list("title", "args__idea__kind", "args__idea__language")
    assert list(rows) == [("Why bees dance", "topic", "en"), ("https://example.com/a", "url", "en")]


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({}, "Choose a file or write lines: one of both."),
        ({"lines": "a", "csv": "topic\nb"}, "Choose a file or write lines: one of both."),
        ({"csv": "topic\n"}, "The file has a heading, but no rows below it."),
        ({"csv": "subject\nBees\n"}, "The first line must name the columns."),
        ({"csv": "topic,secret\nBees,1\n"}, "There is no column “secret”."),
        ({"csv": b"PK\x03\x04\x00\x00\x81\x8d\x00"}, "The file is no text."),
        ({"csv": "topic\n" + "a\n" * 201}, "The file has 201 rows; 200 can be started at once."),
        ({"lines": "a\n" * 201}, "200 can be started at once."),
        ({"csv": "topic\n" + "x" * 1_000_001}, "The file is larger than 1 MB."),
        ({"csv": 'topic\n"Bees\n'}, "Check its quotation marks."),
        ({"lines": "Bees", "template": "0192f3c2-a1b2-7c33-8000-000000000000"}, "Select a valid choice"),
    ],
)
def test_list_that_can_t_be_used_is_refused_as_a_whole(
    alice_client: Client, template: Template, values: dict[str, Any], says: str
) -> None:
    answer = send(alice_client, template, **values)
    assert (answer.status_code, Batch.objects.count()) == (422, 0)
    assert says in answer.content.decode()


def test_more_rows_than_may_be_started_today_are_refused(
    alice_client: Client, template: Template, settings: Any
) -> None:
    settings.RUNS_PER_DAY = 1
    page = send(alice_client, template, lines="Bees\nBirds").content.decode()
    assert "The list has 2 rows, but your team may start 1 more videos today." in page
    assert not Batch.objects.exists()


def test_list_that_is_sent_twice_starts_once(alice_client: Client, template: Template) -> None:
    pk = str(new_id())
    for _ in range(2):
        send(alice_client, template, lines="Bees", batch=pk)
    assert (Batch.objects.count(), Job.objects.filter(batch=pk).count()) == (1, 1)


def test_spreadsheet_encodings_are_read() -> None:
    text = "topic,language\nKäse,de\n"
    for data in (text.encode("utf-8-sig"), text.encode("cp1252"), text.encode("utf-16")):
        assert read_csv(data, columns=COLUMNS, most=5)[0].cells == {"topic": "Käse", "language": "de"}
    with pytest.raises(JobError, match="The file is empty"):
        read_csv(b" \n", columns=COLUMNS, most=5)
    with pytest.raises(JobError, match="is there twice"):
        read_csv(b"topic,topic\na,b\n", columns=COLUMNS, most=5)


def attempt(job: Job) -> tuple[str, str]:
    Job.objects.filter(pk=job.pk).update(status="queued")
    run_job(str(job.pk))
    job.refresh_from_db()
    return job.status, job.error


@pytest.mark.spec("JOB-10")
def test_job_waits_for_room_starts_one_run_and_ends_with_it(
    alice_client: Client, alice: User, template: Template, team: Team, settings: Any
) -> None:
    send(alice_client, template, lines="Bees")
    job = Job.objects.get()
    settings.RUNS_AT_ONCE = 0
    state, error = attempt(job)
    assert (state, "which is your team's limit" in error, Run.objects.count()) == ("scheduled", True, 0)
    settings.RUNS_AT_ONCE = 3
    for _ in range(2):
        assert attempt(job) == ("scheduled", "The video is being made.")
    run = Run.objects.get()
    assert (run.pk, run.topic, run.started_by) == (job.pk, "Bees", alice)
    Run.objects.update(status=RunStatus.FAILED, error="No voice.")
    assert attempt(job) == ("dead", "No voice.")
    requeue(job)
    assert attempt(job) == ("scheduled", "The video is being made.")
    Run.objects.update(status=RunStatus.DONE)
    assert attempt(job) == ("done", "")
    assert job.result == {"run_id": str(run.pk)}
