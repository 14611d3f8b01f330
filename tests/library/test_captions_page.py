"""The editor of captions: looking, changing without saving, saving, files in and out, and who may (LIB-07)."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apps.library.cues import to_srt, to_vtt
from apps.library.models import AssetKind, Video
from apps.library.services.captions import read_captions
from apps.library.transcript import Cue
from apps.teams.models import Team
from tests.factories import AssetFactory, VideoFactory

HTMX = {"HX-Request": "true"}
CUES = [Cue(0, 2, "Bread smells of home."), Cue(2.5, 5, "Flour & water.")]


@pytest.fixture
def video(team: Team) -> Video:
    video = VideoFactory(team=team, duration_s=30)
    for suffix, text in ((".srt", to_srt(CUES)), (".vtt", to_vtt(CUES))):
        AssetFactory(video=video, kind=AssetKind.CAPTION, suffix=suffix, language="en", content=text.encode())
    return video


def where(video: Video, name: str = "captions", query: str = "") -> str:
    return reverse(f"library:{name}", args=[video.team.slug, video.pk]) + query


def sent(video: Video, cues: list[Cue], *, language: str = "en", **more: Any) -> dict[str, Any]:
    kept = read_captions(video, language)
    return {
        "language": language,
        "mark": kept.mark,
        "first": "0",
        "count": str(len(kept.cues)),
        "start": [f"{cue.start_s:g}" for cue in cues],
        "end": [f"{cue.end_s:g}" for cue in cues],
        "text": [cue.text for cue in cues],
        "do": "save",
        **more,
    }


def texts(response: Any) -> list[str]:
    return [row.text for row in response.context["rows"]]


def test_editor_shows_the_cues_beside_the_video(bob_client: Client, video: Video) -> None:
    response = bob_client.get(where(video))
    assert response.status_code == 200
    shown = [(row.start, row.end, row.text) for row in response.context["rows"]]
    assert shown == [
        ("0:00.000", "0:02.000", "Bread smells of home."),
        ("0:02.500", "0:05.000", "Flour & water."),
    ]
    part = bob_client.get(where(video), headers=HTMX).content.decode()
    assert part.lstrip().startswith('<form id="cues"')


@pytest.mark.spec("LIB-07")
def test_saved_captions_are_files_in_both_formats(bob_client: Client, bob: Any, video: Video) -> None:
    french = [Cue(0, 2, "Le pain sent la maison.")]
    bob_client.post(where(video), sent(video, french, language="fr"))
    changed = [Cue(0, 2, "Bread smells like home."), Cue(2.5, 4.75, "Flour\nand water.")]
    response = bob_client.post(where(video), sent(video, changed), headers=HTMX)
    assert (response.status_code, texts(response)) == (200, [cue.text for cue in changed])
    assert read_captions(video, "en").cues == changed
    assert read_captions(video, "fr").cues == french
    kinds = video.assets.filter(kind=AssetKind.CAPTION).values_list("language", "title")
    assert sorted(kinds) == [("en", "SRT"), ("en", "VTT"), ("fr", "SRT"), ("fr", "VTT")]
    origin = video.assets.filter(language="en", kind=AssetKind.CAPTION).first().provenance
    assert (origin.provider, origin.credit) == ("by hand", str(bob))


def test_wrong_cues_are_said_beside_them_and_nothing_is_saved(bob_client: Client, video: Video) -> None:
    wrong = sent(video, [Cue(0, 3, "One"), Cue(2, 4, "Two"), Cue(5, 6, "")])
    wrong["start"][0] = "soon"
    response = bob_client.post(where(video), wrong, headers=HTMX)
    assert response.status_code == 422
    found = {row.number: [one.sentence for one in row.problems] for row in response.context["rows"]}
    assert found == {
        0: ["Write a time such as 1:02.500."],
        1: [],
        2: ["Write the words, or remove this cue."],
    }
    assert [row.start for row in response.context["rows"]] == ["soon", "2", "5"]
    assert read_captions(video, "en").cues == CUES


@pytest.mark.parametrize(
    ("do", "more", "expected"),
    [
        ("split:0", {}, ["Bread smells", "of home.", "Flour & water."]),
        ("split:0", {"caret": "0:5"}, ["Bread", "smells of home.", "Flour & water."]),
        ("split:0", {"caret": "1:5"}, ["Bread smells", "of home.", "Flour & water."]),
        ("join:0", {}, ["Bread smells of home. Flour & water."]),
        ("add:1", {}, ["Bread smells of home.", "Flour & water.", ""]),
        ("remove:0", {}, ["Flour & water."]),
    ],
)
def test_buttons_change_the_page_and_save_nothing(
    bob_client: Client, video: Video, do: str, more: dict[str, str], expected: list[str]
) -> None:
    response = bob_client.post(where(video), sent(video, CUES, do=do, **more), headers=HTMX)
    assert (response.status_code, texts(response)) == (200, expected)
    assert "data-changed" in response.content.decode()
    assert read_captions(video, "en").cues == CUES


@pytest.mark.parametrize("do", ["join:1", "split:9", "remove:7", "shift", "nonsense:1", "copy:xx"])
def test_buttons_that_make_no_sense_are_answered(bob_client: Client, video: Video, do: str) -> None:
    response = bob_client.post(where(video), sent(video, CUES, do=do, by="x"), headers=HTMX)
    assert (response.status_code, texts(response)) == (422, [cue.text for cue in CUES])


def test_page_is_moved_in_time(bob_client: Client, video: Video) -> None:
    response = bob_client.post(where(video), sent(video, CUES, do="shift", by="-0.5"), headers=HTMX)
    shown = [(row.start, row.end) for row in response.context["rows"]]
    assert shown == [("0:00.000", "0:01.500"), ("0:02.000", "0:04.500")]


def test_another_language_begins_with_the_first(bob_client: Client, video: Video) -> None:
    empty = bob_client.get(where(video, query="?language=ar")).content.decode()
    assert "No captions in this language yet" in empty
    response = bob_client.post(where(video), sent(video, [], language="ar", do="copy:en"), headers=HTMX)
    assert texts(response) == [cue.text for cue in CUES]
    assert 'lang="ar"' in response.content.decode()


def test_what_somebody_else_saved_meanwhile_is_not_overwritten(bob_client: Client, video: Video) -> None:
    mine = sent(video, [Cue(0, 1, "Mine")])
    bob_client.post(where(video), sent(video, [Cue(0, 1, "Theirs")]))
    response = bob_client.post(where(video), mine, headers=HTMX)
    assert (response.status_code, "Somebody else saved" in response.content.decode()) == (422, True)
    assert [cue.text for cue in read_captions(video, "en").cues] == ["Theirs"]


def test_long_captions_are_edited_by_pages(bob_client: Client, video: Video) -> None:
    many = [Cue(n / 10, n / 10 + 0.1, f"cue {n}") for n in range(150)]
    bob_client.post(where(video), sent(video, many))
    second = bob_client.get(where(video, query="?page=2"))
    assert (len(second.context["rows"]), second.context["rows"][0].number) == (50, 100)
    page = many[100:]
    changed = sent(video, [*page[:-1], Cue(14.9, 15, "the end")], first="100", count="50")
    assert bob_client.post(where(video), changed, headers=HTMX).status_code == 200
    assert [cue.text for cue in read_captions(video, "en").cues] == [
        *(f"cue {n}" for n in range(149)), "the end",
    ]  # fmt: skip


@pytest.mark.spec("LIB-07")
def test_file_is_imported_or_shown_with_what_is_wrong(bob_client: Client, video: Video) -> None:
    def send(text: str, language: str = "he") -> Any:
        file = SimpleUploadedFile("words.srt", text.encode())
        return bob_client.post(where(video, "import_captions"), {"language": language, "file": file})

    good = "1\n00:00:01,000 --> 00:00:02,000\nלחם\n"
    assert send(good).status_code == 302
    assert read_captions(video, "he").cues == [Cue(1, 2, "לחם")]
    overlapping = good + "\n2\n00:00:01,500 --> 00:00:03,000\nמלח\n"
    answer = send(overlapping)
    assert (answer.status_code, texts(answer)) == (422, ["לחם", "מלח"])
    assert read_captions(video, "he").cues == [Cue(1, 2, "לחם")]
    send("nothing here")
    assert read_captions(video, "he").cues == [Cue(1, 2, "לחם")]


def test_captions_of_a_language_are_deleted(bob_client: Client, video: Video) -> None:
    bob_client.post(where(video), sent(video, [Cue(0, 1, "Pain")], language="fr"))
    bob_client.post(where(video, "delete_captions"), {"language": "fr"})
    assert read_captions(video, "fr").cues == []
    assert read_captions(video, "en").cues == CUES


def test_only_editors_of_the_team_edit_captions(
    client: Client, charlie_client: Client, victor_client: Client, video: Video
) -> None:
    for name in ("captions", "import_captions", "delete_captions"):
        post = {"language": "en"}
        assert client.post(where(video, name), post).status_code == 302
        assert charlie_client.post(where(video, name), post).status_code == 404
        assert victor_client.post(where(video, name), post).status_code == 403
    assert read_captions(video, "en").cues == CUES
