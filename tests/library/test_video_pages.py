"""The pages of one video: who may see and do what, and what they show."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.audit.models import AuditRecord
from apps.events.models import Event
from apps.library.flags import KEPT_DAYS
from apps.library.models import AssetKind, Video, VideoStatus, VideoVersion
from apps.library.provenance import Provenance
from apps.teams.models import Team
from tests.factories import AssetFactory, VideoFactory

VTT = b"""WEBVTT

00:00:00.000 --> 00:00:02.500
Bread smells of home.

00:00:02.500 --> 00:00:05.000
Flour &amp; water.
"""
HTMX = {"HX-Request": "true"}


@pytest.fixture
def video(team: Team) -> Video:
    video = VideoFactory(
        team=team,
        title="Bread at dawn",
        description="About bread.",
        tags=["baking"],
        chapters_json=[{"start_s": 0.0, "title": "The smell"}, {"start_s": 2.5, "title": "The flour"}],
    )
    for place, name in enumerate(["1x1", "9x16", "16x9"]):
        AssetFactory(
            video=video,
            kind=AssetKind.RENDITION,
            format=name,
            position=place,
            suffix=".mp4",
            content_type="video/mp4",
        )
    AssetFactory(video=video, kind=AssetKind.THUMBNAIL, suffix=".jpg", content_type="image/jpeg")
    AssetFactory(
        video=video,
        kind=AssetKind.CAPTION,
        content=VTT,
        suffix=".vtt",
        content_type="text/vtt",
        language="en",
    )
    AssetFactory(video=video, kind=AssetKind.CAPTION, suffix=".srt", content_type="application/x-subrip")
    return video


def address(name: str, video: Video, *more: Any) -> str:
    return reverse(f"library:{name}", args=[video.team.slug, video.pk, *more])


WORDS = {"title": "Bread at noon", "description": "", "tags": "baking, toast", "language": "de"}


@pytest.mark.parametrize(
    ("method", "name", "args"),
    [
        ("get", "video", ()),
        ("get", "edit", ()),
        ("post", "edit", ()),
        ("get", "words", ()),
        ("get", "version", (1,)),
        ("post", "restore_version", (1,)),
        ("post", "delete", ()),
    ],
)
def test_signed_out_is_sent_to_sign_in_and_strangers_find_nothing(
    client: Client, charlie_client: Client, video: Video, method: str, name: str, args: tuple[int, ...]
) -> None:
    where = address(name, video, *args)
    signed_out = getattr(client, method)(where)
    assert (signed_out.status_code, signed_out["Location"].split("?")[0]) == (302, reverse("account_login"))
    assert getattr(charlie_client, method)(where).status_code == 404
    assert Video.objects.get(pk=video.pk).title == "Bread at dawn"


@pytest.mark.parametrize(
    ("method", "name", "args"),
    [("get", "edit", ()), ("post", "edit", ()), ("post", "restore_version", (1,)), ("post", "delete", ())],
)
def test_viewers_may_change_nothing(
    victor_client: Client, video: Video, method: str, name: str, args: tuple[int, ...]
) -> None:
    assert getattr(victor_client, method)(address(name, video, *args)).status_code == 403
    assert Video.objects.filter(pk=video.pk, title="Bread at dawn").exists()


def test_editors_may_not_delete(bob_client: Client, video: Video) -> None:
    assert bob_client.post(address("delete", video)).status_code == 403


def test_video_of_another_team_is_not_found_in_the_own_one(alice_client: Client, team: Team) -> None:
    other = VideoFactory()
    assert alice_client.get(reverse("library:video", args=[team.slug, other.pk])).status_code == 404


def test_page_shows_player_chapters_transcript_files_and_words(alice_client: Client, video: Video) -> None:
    response = alice_client.get(address("video", video))
    assert response.status_code == 200
    context = response.context
    assert [asset.format for asset in context["contents"].renditions] == ["9x16", "16x9", "1x1"]
    assert context["playing"].format == "9x16"
    assert [(cue.start_s, cue.end_s, cue.text) for cue in context["transcript"]] == [
        (0.0, 2.5, "Bread smells of home."),
        (2.5, 5.0, "Flour & water."),
    ]
    html = response.content.decode()
    player = reverse("library:file", args=[video.team.slug, context["playing"].pk])
    track = reverse("library:file", args=[video.team.slug, context["contents"].tracks[0].pk])
    assert f'src="{player}"' in html
    assert f'<track kind="captions" src="{track}" srclang="en"' in html
    assert html.count("data-seek=") == 4
    for asset in context["contents"].all:
        assert reverse("library:evidence", args=[video.team.slug, asset.pk]) in html
        assert asset.file.sha256[:12] in html


def test_page_takes_the_same_queries_for_one_and_for_many_files(
    alice_client: Client, video: Video, django_assert_num_queries: Any
) -> None:
    bare = VideoFactory(team=video.team)
    alice_client.get(address("video", bare))
    for one in (bare, video):
        KEPT_DAYS.value(video.team)  # a process reads the settings every five seconds
        with django_assert_num_queries(PAGE_QUERIES):
            alice_client.get(address("video", one))


PAGE_QUERIES = 9
# session, person, membership, video, assets, versions, open comments, those at a moment, teams of the shell


def test_format_switch_swaps_only_the_player(alice_client: Client, video: Video) -> None:
    response = alice_client.get(
        address("video", video) + "?format=1x1", headers={**HTMX, "HX-Target": "watch"}
    )
    html = response.content.decode()
    assert response.context["playing"].format == "1x1"
    assert html.lstrip().startswith('<section id="watch"')
    assert 'class="watch-frame square"' in html
    assert "files-title" not in html


def test_unknown_format_plays_the_first(alice_client: Client, video: Video) -> None:
    response = alice_client.get(address("video", video) + "?format=3x2")
    assert response.context["playing"].format == "9x16"


def test_live_part_holds_what_was_made_and_not_the_shell(alice_client: Client, video: Video) -> None:
    html = alice_client.get(address("video", video), headers={**HTMX, "HX-Target": "made"}).content.decode()
    assert html.lstrip().startswith('<div id="made"')
    assert f"video-ready:{video.pk} from:body" in html
    assert "<html" not in html


@pytest.mark.parametrize("status", [VideoStatus.MAKING, VideoStatus.FAILED, VideoStatus.DRAFT])
def test_video_without_files_says_why(alice_client: Client, team: Team, status: VideoStatus) -> None:
    html = alice_client.get(address("video", VideoFactory(team=team, status=status))).content.decode()
    words = {"making": "is being made", "failed": "Making this video failed", "draft": "has no picture yet"}
    assert words[status] in html
    assert "<video" not in html


def test_captions_whose_bytes_are_gone_leave_the_page_whole(alice_client: Client, video: Video) -> None:
    asset = video.assets.get(file__path__endswith=".vtt")
    asset.file.path = "teams/nowhere/gone.vtt"
    asset.file.save()
    response = alice_client.get(address("video", video))
    assert (response.status_code, response.context["transcript"]) == (200, [])


def test_edit_saves_a_version_and_shows_the_words_again(bob_client: Client, bob: Any, video: Video) -> None:
    response = bob_client.post(address("edit", video), WORDS, headers=HTMX)
    assert response.status_code == 200
    assert response.content.decode().lstrip().startswith('<div id="words"')
    assert 'hx-swap-oob="true"' in response.content.decode()
    video.refresh_from_db()
    assert (video.title, video.description, video.tags, video.language) == (
        "Bread at noon", "", ["baking", "toast"], "de",
    )  # fmt: skip
    version = video.versions.get(number=2)
    assert (version.title, version.author, version.tags) == ("Bread at noon", bob, ["baking", "toast"])
    event = Event.objects.get(type="video.edited")
    assert event.data == {"version": 2, "changed": ["title", "description", "tags", "language"]}
    assert (event.subject_id, event.actor) == (str(video.pk), bob)


def test_edit_without_htmx_goes_back_to_the_page(bob_client: Client, video: Video) -> None:
    page = bob_client.get(address("edit", video))
    assert page.status_code == 200
    assert f'hx-post="{address("edit", video)}"' not in page.content.decode()  # its own page leads back
    response = bob_client.post(address("edit", video), WORDS)
    assert (response.status_code, response["Location"]) == (302, address("video", video))


def test_edit_without_a_change_makes_no_version(bob_client: Client, video: Video) -> None:
    same = {"title": "Bread at dawn", "description": "About bread.", "tags": "baking", "language": "en"}
    bob_client.post(address("edit", video), same, headers=HTMX)
    assert VideoVersion.objects.filter(video=video).count() == 1
    assert not Event.objects.filter(type="video.edited").exists()


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"title": ""}, "title", "This field is required."),
        ({"title": "   "}, "title", "This field is required."),
        ({"language": "klingon"}, "language", "Select a valid choice"),
        ({"tags": "x" * 51}, "tags", "Keep each tag within 50 characters"),
        ({"tags": ",".join(str(number) for number in range(31))}, "tags", "Keep at most 30 tags."),
    ],
)
def test_invalid_words_are_refused_beside_their_field(
    bob_client: Client, video: Video, wrong: dict[str, str], field: str, sentence: str
) -> None:
    response = bob_client.post(address("edit", video), WORDS | wrong, headers=HTMX)
    assert response.status_code == 422
    assert sentence in response.context["form"].errors[field][0]
    assert 'aria-invalid="true"' in response.content.decode()
    assert Video.objects.get(pk=video.pk).title == "Bread at dawn"


def test_version_shows_what_it_changed_and_what_restoring_would(bob_client: Client, video: Video) -> None:
    bob_client.post(address("edit", video), WORDS)
    html = bob_client.get(address("version", video, 1), headers=HTMX).content.decode()
    assert "<del>noon</del><ins>dawn</ins>" in html
    assert "Bring this version back" in html
    html = bob_client.get(address("version", video, 2)).content.decode()
    assert "<del>dawn</del><ins>noon</ins>" in html
    assert "The video says exactly this now." in html
    assert bob_client.get(address("version", video, 3)).status_code == 404


def test_restored_version_is_the_newest(bob_client: Client, video: Video) -> None:
    bob_client.post(address("edit", video), WORDS)
    response = bob_client.post(address("restore_version", video, 1), headers=HTMX)
    assert (response.status_code, "dialog-close" in response["HX-Trigger"]) == (200, True)
    video.refresh_from_db()
    assert (video.title, video.tags, video.language) == ("Bread at dawn", ["baking"], "en")
    newest = video.versions.first()
    assert (newest.number, newest.restored_from) == (3, 1)


def test_delete_takes_the_video_out_and_is_recorded(alice_client: Client, alice: Any, video: Video) -> None:
    response = alice_client.post(address("delete", video))
    assert (response.status_code, response["Location"]) == (
        302,
        reverse("library:list", args=[video.team.slug]),
    )
    assert not Video.objects.filter(pk=video.pk).exists()
    assert alice_client.get(address("video", video)).status_code == 404
    line = AuditRecord.objects.get(action="video.delete")
    assert (line.actor, line.target_id, line.target_name) == (alice, str(video.pk), "Bread at dawn")


@pytest.mark.spec("LIB-08")
def test_evidence_shows_origin_licence_and_checksum(victor_client: Client, video: Video) -> None:
    origin = Provenance(
        provider="pexels",
        prompt="bread <b>on</b> a table",
        licence="Pexels licence",
        source_url="https://pexels.example/1",
        credit="Jo Baker",
        receipt="download 42",
    )
    asset = AssetFactory(video=video, kind=AssetKind.CLIP, provenance_json=origin.to_json())
    html = victor_client.get(reverse("library:evidence", args=[video.team.slug, asset.pk])).content.decode()
    for words in (
        "pexels", "bread &lt;b&gt;on&lt;/b&gt; a table", "Pexels licence", 'href="https://pexels.example/1"',
        "Jo Baker", "download 42", asset.file.sha256,
    ):  # fmt: skip
        assert words in html
    part = victor_client.get(reverse("library:evidence", args=[video.team.slug, asset.pk]), headers=HTMX)
    assert "<html" not in part.content.decode()


def test_evidence_links_only_to_web_addresses(victor_client: Client, video: Video) -> None:
    origin = Provenance(provider="upload", source_url="javascript:alert(1)", receipt="javascript:alert(2)")
    asset = AssetFactory(video=video, provenance_json=origin.to_json())
    html = victor_client.get(reverse("library:evidence", args=[video.team.slug, asset.pk])).content.decode()
    assert 'href="javascript' not in html
    assert "javascript:alert(1)" in html


def test_evidence_is_only_for_the_team(client: Client, charlie_client: Client, video: Video) -> None:
    where = reverse("library:evidence", args=[video.team.slug, video.assets.first().pk])
    assert client.get(where).status_code == 302
    assert charlie_client.get(where).status_code == 404


@pytest.mark.spec("LIB-04")
def test_two_tabs_that_change_different_words_both_keep_theirs(bob_client: Client, video: Video) -> None:
    read = str(bob_client.get(address("edit", video)).context["read"])
    before = {
        "title": video.title,
        "description": video.description,
        "tags": ",".join(video.tags),
        "language": "en",
    }
    for mine in ({"title": "Of the first tab"}, {"description": "Of the second tab"}):
        answer = bob_client.post(address("edit", video), before | mine | {"read": read}, headers=HTMX)
        assert answer.status_code == 200
    video.refresh_from_db()
    assert (video.title, video.description) == ("Of the first tab", "Of the second tab")


@pytest.mark.spec("LIB-04")
def test_two_tabs_that_change_the_same_words_are_told_so(bob_client: Client, bob: Any, video: Video) -> None:
    read = str(bob_client.get(address("edit", video)).context["read"])
    before = {
        "title": video.title,
        "description": video.description,
        "tags": ",".join(video.tags),
        "language": "en",
    }
    first, second = ({"title": title, "read": read} for title in ("Of the first tab", "Of the second tab"))
    bob_client.post(address("edit", video), before | first, headers=HTMX)
    answer = bob_client.post(address("edit", video), before | second, headers=HTMX)
    assert answer.status_code == 422
    assert answer.context["form"].errors["title"] == [
        f"{bob} changed this meanwhile, in version {int(read) + 1}. Save again to put yours in its place."
    ]
    video.refresh_from_db()
    assert video.title == "Of the first tab"
    again = before | second | {"read": str(answer.context["read"])}
    assert bob_client.post(address("edit", video), again, headers=HTMX).status_code == 200
    video.refresh_from_db()
    assert video.title == "Of the second tab"
