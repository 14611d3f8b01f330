"""Versions of a video's words: every edit is one, in order, and each can be restored."""

from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from apps.core.errors import UserError
from apps.library.chapters import Chapter, read_text, to_text
from apps.library.differences import differences
from apps.library.errors import LibraryError
from apps.library.models import Video
from apps.library.overrides import Override
from apps.library.queries import StartingWords, starting_words
from apps.library.services import create_video, delete_video, edit_metadata, mark_ready, restore_version
from apps.library.services.metadata import Words, clean_tags
from apps.teams.models import Team
from tests.factories import TeamFactory, UserFactory, VideoFactory

text = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=40)
title = text.map(str.strip).filter(lambda words: bool(" ".join(words.split())))
tag = st.text(st.characters(codec="utf-8", categories=("L", "N")), min_size=1, max_size=10)
words = st.builds(
    Words,
    title=title.map(lambda value: " ".join(value.split())),
    description=text.map(str.strip),
    tags=st.lists(tag, max_size=4, unique_by=str.casefold).map(tuple),
    language=st.sampled_from(["en", "de", "ar"]),
    made_for_kids=st.booleans(),
    category=st.sampled_from(["", "10", "27"]),
    visibility=st.sampled_from(["public", "unlisted", "private"]),
    chapters=st.none() | st.just((Chapter(0.0, "Start"), Chapter(12.5, "End"))),
    overrides=st.sampled_from([(), (Override("youtube", title="Other", tags=("a",)),)]),
)


def values(said: Words) -> Any:
    return {field.name: getattr(said, field.name) for field in fields(said)}


def edit(video: Video, said: Words) -> Any:
    return edit_metadata(video, author=None, **values(said))


class VersionsProperty(TestCase):
    @pytest.mark.spec("P-A09")
    @settings(max_examples=25, deadline=None)
    @given(first=words, edits=st.lists(words, max_size=6), pick=st.randoms(use_true_random=False))
    def test_k_edits_make_k_plus_1_versions_in_order_each_restorable(
        self, first: Words, edits: list[Words], pick: Any
    ) -> None:
        video = create_video(team=TeamFactory(), **values(first))
        said = [first]
        for one in edits:
            made = edit(video, one)
            assert (made is None) == (one == said[-1])
            if made:
                said.append(one)
        kept = list(video.versions.order_by("number"))
        assert [version.number for version in kept] == list(range(1, len(said) + 1))
        assert [Words.of(version) for version in kept] == said
        chosen = pick.choice(kept)
        restored = restore_version(chosen, author=None)
        video.refresh_from_db()
        assert Words.of(video) == Words.of(chosen)
        if restored:
            assert (restored.number, restored.restored_from) == (len(said) + 1, chosen.number)
        else:
            assert Words.of(chosen) == said[-1]


@pytest.mark.parametrize(
    ("given_tags", "cleaned"),
    [
        (["#Bread", " sour  dough ", "bread", ""], ("Bread", "sour dough")),
        (["a,b"], ("a b",)),
        (["Straße", "STRASSE"], ("Straße",)),
        ([], ()),
    ],
)
def test_tags_are_cleaned(given_tags: list[str], cleaned: tuple[str, ...]) -> None:
    assert clean_tags(given_tags) == cleaned


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": " \n "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"description": "x" * 5001}, "description"),
        ({"language": ""}, "language"),
        ({"tags": ["x" * 51]}, "tags"),
        ({"tags": [str(number) for number in range(31)]}, "tags"),
        ({"category": "999"}, "category"),
        ({"visibility": "nobody"}, "visibility"),
        ({"chapters": [Chapter(5, "Late")]}, "chapters"),
        ({"chapters": [Chapter(0, "One"), Chapter(9, "Two"), Chapter(9, "Three")]}, "chapters"),
        ({"chapters": [Chapter(0, "One"), Chapter(30, "After the end")]}, "chapters"),
        ({"overrides": [Override("youtube", title="x" * 101)]}, "title_youtube"),
        ({"overrides": [Override("youtube", description="ü" * 2501)]}, "description_youtube"),
        ({"overrides": [Override("youtube", title="a < b")]}, "title_youtube"),
        ({"overrides": [Override("tiktok", description="😀" * 1101)]}, "description_tiktok"),
        ({"overrides": [Override("instagram", tags=("a",))]}, "tags_instagram"),
    ],
)
def test_words_out_of_bounds_are_refused_with_their_field(
    db: None, wrong: dict[str, Any], field: str
) -> None:
    video = VideoFactory(title="Before")
    good = {"title": "After", "description": "", "tags": [], "language": "en"}
    with pytest.raises(LibraryError) as caught:
        edit_metadata(video, author=None, **(good | wrong))
    assert caught.value.field == field
    video.refresh_from_db()
    assert (video.title, video.versions.count()) == ("Before", 1)


def test_new_video_has_its_teams_language_and_a_first_version(team: Team) -> None:
    team.language = "de"
    author = UserFactory()
    video = create_video(team=team, title="  Brot   am Morgen ", author=author, tags=["#Brot"])
    assert (video.title, video.language, video.tags, video.created_by) == (
        "Brot am Morgen",
        "de",
        ["Brot"],
        author,
    )
    version = video.versions.get()
    assert (version.number, version.author, Words.of(version)) == (1, author, Words.of(video))


def test_deleted_video_is_not_edited(db: None) -> None:
    video = VideoFactory()
    delete_video(video, actor=None)
    with pytest.raises(UserError, match="deleted meanwhile"):
        edit(video, Words("New", language="en"))


def test_edit_changes_what_search_finds(db: None) -> None:
    video = VideoFactory(title="Before")
    edit(video, Words("Crème brûlée", tags=("Süß",), language="en"))
    video.refresh_from_db()
    assert video.search_text == "creme brulee suss"


@pytest.mark.spec("LIB-04")
def test_post_begins_with_the_words_for_its_platform(db: None) -> None:
    video = VideoFactory(title="Bread", description="Long", tags=["a"], visibility="unlisted", category="26")
    edit_metadata(video, author=None, overrides=[Override("youtube", "Bread at dawn", "", ("x", "y"))])
    common = StartingWords("Bread", "Long", ("a",), "en", "26", "unlisted", False)
    assert starting_words(video) == starting_words(video, "tiktok") == common
    assert starting_words(video, "youtube") == StartingWords(
        "Bread at dawn", "Long", ("x", "y"), "en", "26", "unlisted", False
    )


@pytest.mark.spec("LIB-04")
def test_difference_names_every_field_that_changed(db: None) -> None:
    video = VideoFactory(title="Bread")
    edit_metadata(
        video,
        author=None,
        category="26",
        visibility="private",
        chapters=[Chapter(0, "One"), Chapter(10, "Two")],
        overrides=[Override("youtube", title="Dough")],
    )
    first, second = video.versions.order_by("number")
    found = {
        one.field: [(piece.kind, piece.text) for piece in one.pieces] for one in differences(first, second)
    }
    assert found == {
        "Category": [("added", "Howto & Style")],
        "Visibility": [("removed", "Public"), ("added", "Private")],
        "Chapters": [("added", "0:00 One\n0:10 Two")],
        "Title on YouTube": [("added", "Dough")],
    }


def test_chapters_that_a_person_wrote_outlive_a_new_making(db: None) -> None:
    video = mark_ready(VideoFactory(), duration_s=30, chapters=[Chapter(0, "Scene one")])
    assert video.chapters == (Chapter(0, "Scene one"),)
    edit_metadata(video, author=None, chapters=[Chapter(0, "Mine")])
    again = mark_ready(video, duration_s=30, chapters=[Chapter(0, "Scene two")])
    assert again.chapters == (Chapter(0, "Mine"),)
    edit_metadata(video, author=None, chapters=None)
    assert video.chapters == (Chapter(0, "Scene two"),)


def test_chapters_are_read_as_people_write_them() -> None:
    text = "0:00 The smell\n\n 01:05 – The kitchen \n1:00:09 - Bread"
    read = (Chapter(0, "The smell"), Chapter(65, "The kitchen"), Chapter(3609, "Bread"))
    assert read_text(text) == read
    assert read_text(to_text(read)) == read
    with pytest.raises(LibraryError, match="Line 2 is no chapter"):
        read_text("0:00 One\nThe kitchen")
