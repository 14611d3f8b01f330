"""The library's list: search, filters, sort, pages, bulk changes, export (LIB-01)."""

import csv
import io
import json
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.library.flags import KEPT_DAYS
from apps.library.models import AssetKind, StorageUse, Video, VideoSource, VideoStatus
from apps.library.queries import search
from apps.teams.models import Team
from tests.factories import AssetFactory, VideoFactory

HTMX = {"HX-Request": "true"}
LIST_QUERIES = 11
# session, person, membership, teams of the shell, count, videos, their assets, tags and languages, channels, storage,
# deleted


@pytest.fixture
def here(team: Team) -> str:
    return reverse("library:list", args=[team.slug])


def titles(response: Any) -> list[str]:
    return [card.video.title for card in response.context["cards"]]


def video(team: Team, title: str, *, days_ago: float = 0, **facts: Any) -> Video:
    row = VideoFactory(team=team, title=title, **facts)
    moment = timezone.now() - timedelta(days=days_ago)
    Video.objects.filter(pk=row.pk).update(created_at=moment, updated_at=moment)
    return row


@pytest.fixture
def shelf(team: Team) -> dict[str, Video]:
    """Five videos that differ in everything the list can filter by, and one of another team."""
    VideoFactory(title="Bread of others", tags=["bread"])
    return {
        "bread": video(team, "Bread at dawn", days_ago=0.01, tags=["baking", "home"], duration_s=30),
        "cafe": video(team, "Le Café", days_ago=3, language="fr", tags=["coffee"], duration_s=12),
        "light": video(
            team, "How a lighthouse works", days_ago=20, source=VideoSource.UPLOADED, duration_s=95,
            description="Lenses, rotation and 10 000 candles",
        ),
        "draft": video(team, "a draft", days_ago=100, status=VideoStatus.DRAFT, duration_s=None),
        "failed": video(team, "Zebra", days_ago=500, status=VideoStatus.FAILED, tags=["baking"], duration_s=60),
    }  # fmt: skip


def test_list_is_only_for_the_team(client: Client, charlie_client: Client, here: str) -> None:
    response = client.get(here)
    assert (response.status_code, response["Location"].split("?")[0]) == (302, reverse("account_login"))
    assert charlie_client.get(here).status_code == 404


def test_empty_library_leads_to_creation(victor_client: Client, here: str) -> None:
    response = victor_client.get(here)
    assert (response.status_code, titles(response)) == (200, [])
    assert "No videos yet" in response.content.decode()


@pytest.mark.spec("LIB-01")
@pytest.mark.parametrize("view", ["", "table"])
def test_list_shows_newest_first_with_marks_and_storage(
    victor_client: Client, here: str, team: Team, shelf: dict[str, Video], view: str
) -> None:
    StorageUse.objects.create(team=team, files=9, size_bytes=3 * 2**20)
    AssetFactory(video=shelf["bread"], kind=AssetKind.RENDITION, format="16x9")
    AssetFactory(video=shelf["bread"], kind=AssetKind.RENDITION, format="9x16")
    still = AssetFactory(video=shelf["bread"], kind=AssetKind.THUMBNAIL)
    response = victor_client.get(here, {"view": view})
    assert titles(response) == ["Bread at dawn", "Le Café", "How a lighthouse works", "a draft", "Zebra"]
    card = response.context["cards"][0]
    address = reverse("library:file", args=[team.slug, still.pk])
    weight = sum(asset.file.size for asset in shelf["bread"].assets.all())
    assert (card.still, card.formats, card.size_bytes) == (address, ["9x16", "16x9"], weight)
    html = response.content.decode()
    assert ("<table" in html, "video-grid" in html) == (bool(view), not view)
    assert f'src="{address}"' in html
    assert f'href="{reverse("library:video", args=[team.slug, shelf["bread"].pk])}"' in html
    assert "3.0 MB" in html.replace("\xa0", " ")
    assert "0:30" in html
    assert "9:16" in html
    assert "Bread of others" not in html
    assert "data-tick" not in html  # a viewer has nothing to do with ticks


def test_partial_is_the_list_alone(victor_client: Client, here: str, shelf: dict[str, Video]) -> None:
    response = victor_client.get(here, {"status": "failed"}, headers=HTMX)
    html = response.content.decode()
    assert titles(response) == ["Zebra"]
    assert html.lstrip().startswith('<div id="list"')
    assert 'hx-get="/studio/morning-show/library/?status=failed"' in html
    assert (response["Vary"], "<html" in html) == ("HX-Request, Cookie", False)


@pytest.mark.parametrize("view", ["", "table"])
def test_list_takes_the_same_queries_for_one_and_for_three(
    victor_client: Client, here: str, team: Team, view: str, django_assert_num_queries: Any
) -> None:
    for count in (1, 3):
        while Video.objects.count() < count:
            row = VideoFactory(team=team)
            AssetFactory(video=row, kind=AssetKind.RENDITION, format="9x16")
            AssetFactory(video=row, kind=AssetKind.THUMBNAIL)
        KEPT_DAYS.value(team)  # a process reads the settings every five seconds
        with django_assert_num_queries(LIST_QUERIES):
            victor_client.get(here, {"view": view})


@pytest.mark.spec("LIB-01")
@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"q": "bread"}, ["bread"]),
        ({"q": "DAWN bread"}, ["bread"]),
        ({"q": "cafe"}, ["cafe"]),
        ({"q": "candles"}, ["light"]),
        ({"q": "coffee"}, ["cafe"]),
        ({"q": "lighthose"}, ["light"]),
        ({"q": "bread candles"}, []),
        ({"q": "100%"}, []),
        ({"q": "_"}, []),
        ({"status": "ready"}, ["bread", "cafe", "light"]),
        ({"status": "draft"}, ["draft"]),
        ({"source": "uploaded"}, ["light"]),
        ({"tag": "baking"}, ["bread", "failed"]),
        ({"tag": "bak"}, []),
        ({"language": "fr"}, ["cafe"]),
        ({"tag": "baking", "status": "failed"}, ["failed"]),
        ({"made": "7"}, ["bread", "cafe"]),
        ({"made": "30"}, ["bread", "cafe", "light"]),
        ({"made": "365"}, ["bread", "cafe", "light", "draft"]),
        ({"status": "nonsense", "made": "eternity"}, ["bread", "cafe", "light", "draft", "failed"]),
    ],
)
def test_search_and_filters_give_all_and_only_what_matches(
    victor_client: Client, here: str, shelf: dict[str, Video], asked: dict[str, str], expected: list[str]
) -> None:
    assert titles(victor_client.get(here, asked)) == [shelf[name].title for name in expected]


def test_no_match_says_so(victor_client: Client, here: str, shelf: dict[str, Video]) -> None:
    html = victor_client.get(here, {"q": "submarine"}).content.decode()
    assert "No video matches" in html
    assert "No videos yet" not in html


def test_today_begins_at_midnight_of_the_person(
    victor_client: Client, victor: Any, here: str, team: Team
) -> None:
    victor.time_zone = "Pacific/Auckland"
    victor.save()
    midnight = datetime(2026, 7, 10, tzinfo=ZoneInfo("Pacific/Auckland"))
    for title, moment in (("before", midnight - timedelta(seconds=1)), ("after", midnight)):
        Video.objects.filter(pk=VideoFactory(team=team, title=title).pk).update(created_at=moment)
    with time_machine.travel(midnight + timedelta(hours=9), tick=False):
        assert titles(victor_client.get(here, {"made": "today"})) == ["after"]


@pytest.mark.spec("LIB-01")
@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("made", ["failed", "draft", "light", "cafe", "bread"]),
        ("-made", ["bread", "cafe", "light", "draft", "failed"]),
        ("title", ["draft", "bread", "light", "cafe", "failed"]),
        ("-title", ["failed", "cafe", "light", "bread", "draft"]),
        ("-length", ["light", "failed", "bread", "cafe", "draft"]),
        ("length", ["draft", "cafe", "bread", "failed", "light"]),
        ("-changed", ["bread", "cafe", "light", "draft", "failed"]),
        ("password", ["bread", "cafe", "light", "draft", "failed"]),
    ],
)
def test_sort_orders_the_whole_list(
    victor_client: Client, here: str, shelf: dict[str, Video], sort: str, expected: list[str]
) -> None:
    assert titles(victor_client.get(here, {"sort": sort})) == [shelf[name].title for name in expected]


def test_pages_follow_each_other_without_gaps(victor_client: Client, here: str, team: Team) -> None:
    rows = [VideoFactory(team=team) for _ in range(30)]
    found = [titles(victor_client.get(here, {"page": page})) for page in (1, 2)]
    assert [len(page) for page in found] == [24, 6]
    assert found[0] + found[1] == [row.title for row in reversed(rows)]


def test_filters_offer_the_tags_and_languages_that_are_used(
    victor_client: Client, here: str, shelf: dict[str, Video]
) -> None:
    context = victor_client.get(here, {"tag": "unused"}).context
    assert context["tags"] == [
        ("unused", "unused"), ("baking", "baking (2)"), ("coffee", "coffee (1)"), ("home", "home (1)"),
    ]  # fmt: skip
    assert context["languages"] == [("en", "English"), ("fr", "French")]


def test_search_uses_its_index(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = search(Video.with_deleted.all(), "lighthouse lens").explain()
    assert plan.count("library_video_search") == 2  # the words, and the spelling


# Bulk


def bulk(client: Client, team: Team, name: str, rows: list[Video], **data: str) -> Any:
    where = reverse(f"library:{name}", args=[team.slug])
    return client.post(where, {"ids": [str(row.pk) for row in rows], **data}, headers=HTMX)


@pytest.mark.spec("LIB-01")
def test_bulk_adds_and_removes_tags_as_versions(
    bob_client: Client, bob: Any, team: Team, shelf: dict[str, Video]
) -> None:
    rows = [shelf["bread"], shelf["cafe"]]
    response = bulk(bob_client, team, "tag_selected", rows, tag="#Baking, sunday", here="sort=title")
    assert response.status_code == 200
    assert titles(response) == ["a draft", "Bread at dawn", "How a lighthouse works", "Le Café", "Zebra"]
    assert json.loads(response["HX-Trigger"])["toast"]["message"] == "2 videos were changed."
    tags = {name: Video.objects.get(pk=row.pk).tags for name, row in shelf.items()}
    assert tags == {
        "bread": ["baking", "home", "sunday"],
        "cafe": ["coffee", "Baking", "sunday"],
        "light": [],
        "draft": [],
        "failed": ["baking"],
    }
    assert shelf["cafe"].versions.first().author == bob
    bulk(bob_client, team, "tag_selected", rows, tag="BAKING", remove="on")
    assert Video.objects.get(pk=shelf["cafe"].pk).tags == ["coffee", "sunday"]
    assert [row.versions.count() for row in rows] == [3, 3]


@pytest.mark.spec("LIB-01")
def test_bulk_delete_offers_undo_that_brings_all_back(
    alice_client: Client, team: Team, here: str, shelf: dict[str, Video]
) -> None:
    response = bulk(alice_client, team, "delete_selected", [shelf["bread"], shelf["cafe"]])
    assert titles(response) == ["How a lighthouse works", "a draft", "Zebra"]
    toast = json.loads(response["HX-Trigger"])["toast"]
    assert toast["message"] == "2 videos were deleted."
    back = alice_client.post(toast["undo"], headers=HTMX)
    assert (back.status_code, json.loads(back["HX-Trigger"])["toast"]["message"]) == (
        204,
        "2 videos are back.",
    )
    assert titles(alice_client.get(here))[:2] == ["Bread at dawn", "Le Café"]


def test_bulk_works_without_htmx(
    alice_client: Client, team: Team, here: str, shelf: dict[str, Video]
) -> None:
    where = reverse("library:delete_selected", args=[team.slug])
    response = alice_client.post(where, {"ids": [str(shelf["bread"].pk)], "here": "sort=title"}, follow=True)
    assert response.redirect_chain == [(f"{here}?sort=title", 302)]
    assert "1 video was deleted." in response.content.decode()
    assert reverse("library:deleted", args=[team.slug]) in response.content.decode()


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("tag_selected", {"ids": [], "tag": "x"}, "Select at least one video first."),
        ("tag_selected", {"ids": ["nonsense"], "tag": "x"}, "Select at least one video first."),
        (
            "tag_selected",
            {"ids": ["01a1f9aa-018a-73fa-a52f-9f735cd751eb"], "tag": ""},
            "Enter the tag first.",
        ),
        ("delete_selected", {"ids": []}, "Select at least one video first."),
    ],
)
def test_bulk_refuses_nonsense(
    alice_client: Client, team: Team, shelf: dict[str, Video], name: str, data: dict[str, Any], sentence: str
) -> None:
    response = alice_client.post(reverse(f"library:{name}", args=[team.slug]), data, headers=HTMX)
    assert response.status_code == 422
    toast = json.loads(response["HX-Trigger"])["toast"]
    assert (toast["level"], toast["message"]) == ("error", sentence)
    assert len(titles(response)) == 5


def test_bulk_never_touches_another_team(alice_client: Client, team: Team) -> None:
    other = VideoFactory(tags=["theirs"])
    bulk(alice_client, team, "tag_selected", [other], tag="mine")
    bulk(alice_client, team, "delete_selected", [other])
    other.refresh_from_db()
    assert (other.tags, other.deleted_at) == (["theirs"], None)


@pytest.mark.parametrize("name", ["tag_selected", "delete_selected", "restore"])
def test_bulk_needs_the_right(
    client: Client, charlie_client: Client, victor_client: Client, bob_client: Client, team: Team, name: str
) -> None:
    where = reverse(f"library:{name}", args=[team.slug])
    assert client.post(where).status_code == 302
    assert charlie_client.post(where).status_code == 404
    assert victor_client.post(where).status_code == 403
    assert bob_client.post(where).status_code == (302 if name == "tag_selected" else 403)


# Deleted


def test_deleted_page_lists_what_can_be_brought_back(
    alice_client: Client, alice: Any, team: Team, shelf: dict[str, Video]
) -> None:
    where = reverse("library:deleted", args=[team.slug])
    assert "Nothing was deleted lately" in alice_client.get(where).content.decode()
    alice_client.post(reverse("library:delete", args=[team.slug, shelf["bread"].pk]))
    html = alice_client.get(where, headers=HTMX).content.decode()
    assert ("Bread at dawn" in html, "10 min left" in html, "<html" in html) == (True, True, False)
    restore = reverse("library:restore", args=[team.slug])
    response = alice_client.post(restore, {"ids": [str(shelf["bread"].pk)]})
    assert response["Location"] == reverse("library:list", args=[team.slug])
    assert Video.objects.filter(pk=shelf["bread"].pk).exists()
    late = alice_client.post(restore, {"ids": ["01a1f9aa-018a-73fa-a52f-9f735cd751eb"]}, headers=HTMX)
    assert late.status_code == 422
    assert "too late" in json.loads(late["HX-Trigger"])["toast"]["message"]


def test_deleted_page_is_only_for_the_team(client: Client, charlie_client: Client, team: Team) -> None:
    where = reverse("library:deleted", args=[team.slug])
    assert (client.get(where).status_code, charlie_client.get(where).status_code) == (302, 404)


# Export


def test_export_holds_what_the_filters_leave_and_no_formula(
    victor_client: Client, team: Team, shelf: dict[str, Video]
) -> None:
    Video.objects.filter(pk=shelf["bread"].pk).update(title='=HYPERLINK("http://x")', description="a,b\n“c”")
    where = reverse("library:export", args=[team.slug])
    response = victor_client.get(where, {"tag": "baking", "sort": "made"})
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].startswith('attachment; filename="morning-show-videos-')
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert [row["title"] for row in rows] == ["Zebra", '\'=HYPERLINK("http://x")']
    assert rows[1]["description"] == "a,b\n“c”"
    assert (rows[1]["tags"], rows[1]["duration_s"], rows[0]["status"]) == ("baking, home", "30.000", "failed")


def test_export_is_only_for_the_team(client: Client, charlie_client: Client, team: Team) -> None:
    where = reverse("library:export", args=[team.slug])
    assert (client.get(where).status_code, charlie_client.get(where).status_code) == (302, 404)
