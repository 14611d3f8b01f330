"""The list of runs: searched, filtered, sorted, in pages, live, and as quick for many as for few."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.creation.models import Run, Template
from apps.teams.models import Team
from tests.creation.conjuring import begin, failed, finished

LIST = "/studio/morning-show/create/runs/"
HTMX = {"HX-Request": "true"}

pytestmark = pytest.mark.usefixtures("templates")


def row(team: Team, title: str, status: str = "done", **values: Any) -> Run:
    """A run as the list sees it, without scenes and steps."""
    template = Template.objects.get(team=None, slug=values.pop("slug", "viral-hook"))
    return Run.objects.create(
        team=team, template=template, template_name=template.name, spec=template.spec, source_kind="text",
        source_text="Bees.", formats=["9x16"], title=title, status=status, started_at=timezone.now(), **values,
    )  # fmt: skip


def titles(answer: Any) -> list[str]:
    return [found.run.title for found in answer.context["rows"]]


def test_list_is_for_the_team_only(
    client: Client, charlie_client: Client, victor_client: Client, team: Team, charlie: User
) -> None:
    row(charlie.memberships.get().team, "Theirs")
    row(team, "Ours")
    assert client.get(LIST)["Location"] == f"/accounts/login/?next={LIST}"
    assert charlie_client.get(LIST).status_code == 404
    assert titles(victor_client.get(LIST)) == ["Ours"]
    assert "Create a video" not in victor_client.get(LIST).content.decode()


def test_empty_list_says_what_it_is_for(bob_client: Client) -> None:
    page = bob_client.get(LIST).content.decode()
    assert "Nothing was made yet" in page
    assert "Create a video" in page


def test_list_is_narrowed_by_words_status_and_template(bob_client: Client, team: Team) -> None:
    row(team, "Why bees dance")
    row(team, "Bread at dawn", "failed", slug="storytelling")
    row(team, "The lighthouse", "running")
    story = Template.objects.get(slug="storytelling")
    found = {
        query: titles(bob_client.get(f"{LIST}?{query}"))
        for query in ("q=BEES", "status=failed", f"template={story.pk}", "q=bees&status=failed")
    }
    assert found == {
        "q=BEES": ["Why bees dance"],
        "status=failed": ["Bread at dawn"],
        f"template={story.pk}": ["Bread at dawn"],
        "q=bees&status=failed": [],
    }
    assert "No run matches" in bob_client.get(f"{LIST}?q=nothing").content.decode()


@pytest.mark.parametrize("nonsense", ["status=mud", "template=x", "sort=mud", "page=zwei", "q=" + "x" * 500])
def test_nonsense_in_the_address_is_ignored(bob_client: Client, team: Team, nonsense: str) -> None:
    row(team, "Ours")
    assert titles(bob_client.get(f"{LIST}?{nonsense}")) == ["Ours"]


def test_list_is_sorted_by_its_heads(bob_client: Client, team: Team) -> None:
    for title in ("Bread", "Apples", "Cheese"):
        row(team, title)
    assert titles(bob_client.get(LIST)) == ["Cheese", "Apples", "Bread"]
    assert titles(bob_client.get(f"{LIST}?sort=title")) == ["Apples", "Bread", "Cheese"]
    assert titles(bob_client.get(f"{LIST}?sort=-title")) == ["Cheese", "Bread", "Apples"]


def test_long_list_is_cut_into_pages(bob_client: Client, team: Team) -> None:
    for number in range(27):
        row(team, f"Run {number}")
    assert len(titles(bob_client.get(LIST))) == 25
    assert titles(bob_client.get(f"{LIST}?page=2")) == ["Run 1", "Run 0"]


def test_part_comes_alone_for_htmx(bob_client: Client, team: Team) -> None:
    row(team, "Ours")
    part = bob_client.get(LIST, headers=HTMX).content.decode()
    assert part.strip().startswith('<div id="list"')
    assert "<html" not in part


def test_rows_show_how_far_they_are_and_why_they_stopped(bob_client: Client, team: Team) -> None:
    done, stopped, going = finished(team), failed(team), begin(team, text="Bread smells. Bread rises.")
    rows = {found.run.pk: found for found in bob_client.get(LIST).context["rows"]}
    assert (rows[done.pk].share, rows[going.pk].share) == (1.0, 0.0)
    assert 0 < rows[stopped.pk].share < 1
    still = done.video.assets.filter(kind="thumbnail").order_by("position").first()
    assert rows[done.pk].still == f"/studio/morning-show/library/files/{still.pk}/"
    assert rows[done.pk].took_s is not None
    assert (rows[stopped.pk].took_s, rows[going.pk].took_s) == (None, None)
    assert "The voice did not answer." in bob_client.get(LIST).content.decode()


@pytest.mark.parametrize("title", ["<script>alert(1)</script>", "كيف تعمل المنارة؟", "灯台の光", "👩‍🚀 & co"])
def test_titles_are_shown_as_text(bob_client: Client, team: Team, title: str) -> None:
    row(team, title)
    page = bob_client.get(LIST).content.decode()
    assert "<script>alert" not in page
    assert titles(bob_client.get(LIST)) == [title]


def test_list_asks_as_often_for_one_run_as_for_three(
    bob_client: Client, team: Team, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    finished(team)
    bob_client.get(LIST)
    with django_assert_num_queries(9):
        bob_client.get(LIST)
    finished(team, title="Another")
    finished(team, title="And another")
    with django_assert_num_queries(9):
        bob_client.get(LIST)


def test_home_shows_what_goes_on_and_what_stopped(bob_client: Client, team: Team) -> None:
    finished(team, title="Finished long ago")
    failed(team)
    page = bob_client.get("/studio/morning-show/home/runs/", headers=HTMX).content.decode()
    assert "The voice did not answer." in page
    assert "Finished long ago" not in page
    Run.objects.filter(status="failed").delete()
    assert bob_client.get("/studio/morning-show/home/runs/", headers=HTMX).status_code == 404


def test_command_box_finds_runs_by_name(bob_client: Client, team: Team) -> None:
    row(team, "Why bees dance")
    assert "Why bees dance" in bob_client.get("/studio/morning-show/search/?q=bees").content.decode()
