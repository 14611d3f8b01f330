"""A posting plan from a table: looked through first, then made by one job, each row once (PUB-12)."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime, time
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from apps.accounts.models import User
from apps.connections.models import Connection
from apps.jobs.models import Job
from apps.jobs.rows import Row, read_csv
from apps.jobs.runner import run_job
from apps.library.models import Video
from apps.publishing import clock
from apps.publishing.models import HashtagPool, PlanImport, Post, PostStatus
from apps.publishing.plan_rows import COLUMNS, MOST, read_plan, template_csv
from apps.publishing.services import importing, slots
from apps.teams.models import Team
from tests.publishing.factories import ChannelFactory, filmed

NOW = datetime(2026, 3, 24, 12, tzinfo=UTC)
NO_DAY = "This is no day. Write it as 2026-12-31, or “next” for the next free time."
PAGE = "/studio/morning-show/posts/plan/"


@pytest.fixture(autouse=True)
def in_march() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def berlin(team: Team) -> Team:
    team.time_zone = "Europe/Berlin"
    team.save()
    return team


@pytest.fixture
def channel(berlin: Team) -> Connection:
    return ChannelFactory(team=berlin, name="Night Kitchen")


@pytest.fixture
def video(berlin: Team) -> Video:
    return filmed(berlin, title="Bread at midnight")


def row(number: int = 2, **cells: str) -> Row:
    usual = {"date": "2026-04-01", "time": "09:00", "channels": "Night Kitchen", "video": "bread at midnight"}
    return Row(number, {**usual, **cells})


def file(text: str | bytes, name: str = "plan.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text if isinstance(text, bytes) else text.encode(), "text/csv")


def run_jobs() -> None:
    for job_id in Job.objects.filter(kind="publishing.import_plan", status="queued").values_list(
        "pk", flat=True
    ):
        run_job(str(job_id))


@pytest.mark.spec("PUB-12")
@pytest.mark.django_db
def test_plan_is_looked_through_then_made_once(
    berlin: Team, channel: Connection, video: Video, bob: User, bob_client: Client
) -> None:
    slots.add_slots(team=berlin, actor=bob, weekdays=[2], at=time(18))
    plan = (
        "date;time;channels;video;title;hashtags;first_comment\n"
        "2026-03-29;09:00;night kitchen;Bread at midnight;Grüße;#brot backen;First!\n"
        "next;;@nightkitchen;Bread at midnight;;;\n"
        ";;youtube:night kitchen;Bread at midnight;Later;;\n"
        "2026-03-29;02:30;Nobody;Bread at midnight;;;\n"
    )
    answer = bob_client.post(PAGE, {"file": file(plan.encode("cp1252"))})
    found = PlanImport.objects.get()
    assert answer["Location"] == f"{PAGE}{found.pk}/"
    shown = bob_client.get(answer["Location"]).content.decode()
    assert "Make 3 posts" in shown
    assert "There is no channel “Nobody”." in shown
    assert "the clock is put forward to 03:00" in shown
    assert [(fault["number"], fault["column"]) for fault in found.faults] == [(5, "channels"), (5, "time")]
    assert Post.objects.count() == 0
    for _ in range(2):
        bob_client.post(answer["Location"])
    run_jobs()
    importing.carry_out(found.pk)  # a second time
    rows = list(Post.objects.in_team(berlin).order_by("due_at"))
    assert [(post.title, post.status) for post in rows] == [
        ("Bread at midnight", PostStatus.SCHEDULED),
        ("Grüße", PostStatus.SCHEDULED),
        ("Later", PostStatus.DRAFT),
    ]
    assert f"{clock.on_clock(rows[0].due_at, 'Europe/Berlin'):%a %H:%M}" == "Wed 18:00"  # type: ignore[arg-type]
    assert rows[1].due_at == datetime(2026, 3, 29, 7, tzinfo=UTC)  # after the leap of that night
    assert (rows[1].hashtags, rows[1].first_comment) == (["brot", "backen"], "First!")
    assert {post.created_by for post in rows} == {bob}
    assert "3 posts were made" in bob_client.get(answer["Location"]).content.decode()


@pytest.mark.spec("PUB-12")
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("cells", "faults"),
    [
        (
            {"date": "yesterday"},
            [("date", NO_DAY)],
        ),
        (
            {"date": "2026-02-30"},
            [("date", NO_DAY)],
        ),
        ({"date": "2026-03-24"}, [("time", "This time has passed.")]),
        ({"date": ""}, [("time", "There is a time, but no day.")]),
        ({"time": ""}, [("time", "Write when on that day, such as 18:30.")]),
        ({"time": "25:00"}, [("time", "This is no time. Write it as 18:30.")]),
        (
            {"channels": ""},
            [("channels", "Name at least one channel; several with a semicolon between them.")],
        ),
        ({"video": "Gone"}, [("video", "There is no finished video “Gone” in the library.")]),
        ({"kind": "story"}, [("kind", "Write video or short.")]),
        (
            {"hashtags": "a-b"},
            [("hashtags", "“#a-b” ends at “-”: a hashtag has letters, digits and _ only.")],
        ),
        ({"hashtags": "pool:none"}, [("hashtags", "There is no pool “none”.")]),
        ({"title": "x" * 201}, [("title", "Keep the title within 200 characters; it has 201.")]),
        (
            {"date": "31.12.2025", "time": "6", "kind": "x"},
            [("kind", "Write video or short."), ("time", "This is no time. Write it as 18:30.")],
        ),
    ],
)
def test_every_wrong_cell_is_told_beside_its_column(
    cells: dict[str, str], faults: list[tuple[str, str]], berlin: Team, channel: Connection, video: Video
) -> None:
    good, found = read_plan(berlin, [row(7, **cells)])
    assert good == []
    assert [(fault.number, fault.column, fault.sentence) for fault in found] == [
        (7, *fault) for fault in faults
    ]


@pytest.mark.spec("PUB-12")
@pytest.mark.django_db
def test_doubles_are_told_in_the_file_and_against_what_is_planned(
    berlin: Team, channel: Connection, video: Video, bob: User
) -> None:
    good, faults = read_plan(berlin, [row(2), row(3, channels="night KITCHEN"), row(4, time="10:00")])
    assert [each.number for each in good] == [2, 4]
    assert [fault.sentence for fault in faults] == ["Row 2 says the same. Remove one of them."]
    plan = importing.keep_plan(team=berlin, actor=bob, name="p", rows=[row(2)])
    importing.start_plan(plan, bob)
    run_jobs()
    _, again = read_plan(berlin, [row(2)])
    assert [fault.sentence for fault in again] == ["A post with this title is planned for this time already."]


@pytest.mark.django_db
def test_channels_of_one_name_are_told_apart(berlin: Team, channel: Connection, video: Video) -> None:
    ChannelFactory(team=berlin, platform="tiktok", name="Night Kitchen")
    _, faults = read_plan(berlin, [row()])
    assert faults[0].sentence == (
        "Several channels are called “Night Kitchen”. Write one of: tiktok:Night Kitchen, youtube:Night Kitchen."
    )
    good, _ = read_plan(berlin, [row(channels="youtube:Night Kitchen | tiktok:night kitchen")])
    assert len(good[0].channels) == 2


@pytest.mark.django_db
def test_pools_and_own_tags_stand_together(berlin: Team, channel: Connection, video: Video) -> None:
    HashtagPool.objects.create(team=berlin, name="Rye bread", tags=["rye", "crumb"])
    good, _ = read_plan(berlin, [row(hashtags="#own, pool:rye bread; other")])
    assert good[0].hashtags == ["own", "other", "rye", "crumb"]


@pytest.mark.spec("PUB-12")
@pytest.mark.django_db
def test_template_is_read_as_it_is_written_and_runs_no_formula(berlin: Team, bob_client: Client) -> None:
    ChannelFactory(team=berlin, name="=HYPERLINK(1)")
    filmed(berlin, title="+1 for bread")
    answer = bob_client.get(f"{PAGE}template.csv")
    assert answer["Content-Disposition"] == 'attachment; filename="posting-plan.csv"'
    assert answer.content.decode() == template_csv(berlin)
    cells = [cell for line in csv.reader(io.StringIO(template_csv(berlin).lstrip("\ufeff"))) for cell in line]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []
    good, faults = read_plan(berlin, read_csv(answer.content, columns=COLUMNS, most=MOST))
    assert faults == []
    assert [each.title for each in good] == ["A title of its own", "+1 for bread"]


@pytest.mark.spec("PUB-12")
@pytest.mark.django_db
@given(st.lists(st.sampled_from(["good", "time", "channels", "video"]), min_size=1, max_size=8))
@hypothesis_settings(
    max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_every_row_is_either_right_or_told(
    berlin: Team, channel: Connection, video: Video, rows: list[str]
) -> None:
    broken = {"good": {}, "time": {"time": "x"}, "channels": {"channels": "?"}, "video": {"video": "?"}}
    table = [row(n, title=f"Post {n}", **broken[what]) for n, what in enumerate(rows, 2)]
    good, faults = read_plan(berlin, table)
    assert [each.number for each in good] == [n for n, what in enumerate(rows, 2) if what == "good"]
    assert [(fault.number, fault.column) for fault in faults] == [
        (n, what) for n, what in enumerate(rows, 2) if what != "good"
    ]


@pytest.mark.spec("PUB-12")
@pytest.mark.django_db
def test_what_went_meanwhile_is_told_at_its_row_and_holds_nothing_up(
    berlin: Team, channel: Connection, video: Video, bob: User
) -> None:
    other = filmed(berlin, content=b"other", title="Other")
    plan = importing.keep_plan(team=berlin, actor=bob, name="p", rows=[row(2), row(3, video="Other")])
    importing.start_plan(plan, bob)
    Video.objects.filter(pk=video.pk).update(deleted_at=NOW)
    run_jobs()
    plan.refresh_from_db()
    assert plan.refused == {"2": "Its video was deleted."}
    assert [post.video for post in Post.objects.in_team(berlin)] == [other]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The submitted file is empty."),
        (b"\x00\x01\x02", "The file is no text."),
        (b"a,b\n1,2\n", "The first line must name the columns."),
        (b"date,time\n", "The file has a heading, but no rows below it."),
        (b"x" * 1_000_001, "The file is larger than 1 MB."),
    ],
)
def test_file_that_is_no_plan_is_refused(
    content: bytes, sentence: str, berlin: Team, bob_client: Client
) -> None:
    answer = bob_client.post(PAGE, {"file": file(content)})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not PlanImport.objects.exists()


@pytest.mark.django_db
def test_plan_without_a_right_row_starts_nothing(berlin: Team, bob_client: Client) -> None:
    answer: Any = bob_client.post(PAGE, {"file": file("date,video\nx,y\n")})
    shown = bob_client.post(answer["Location"], follow=True).content.decode()
    assert "No row is right" in shown
    assert not Job.objects.filter(kind="publishing.import_plan").exists()
