"""Templates of words: what they may say, what a video makes of them, and filling many at once (LIB-05)."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.library.errors import LibraryError
from apps.library.models import Video, WordTemplate
from apps.library.services import apply_template, save_template
from apps.library.services.word_templates import fill
from apps.teams.models import Team
from tests.factories import VideoFactory, WordTemplateFactory

HTMX = {"HX-Request": "true"}
TODAY = date(2026, 3, 9)
NOTHING: dict[str, Any] = {"title": "", "description": "", "tags": [], "category": "", "visibility": ""}


def where(team: Team, name: str, *more: Any) -> str:
    return reverse(f"library:{name}", args=[team.slug, *more])


def test_variables_are_filled_once_and_what_is_empty_stays(team: Team) -> None:
    video = VideoFactory(
        team=team, title="Bread {team}", description="Flour.", tags=["a", "b"], duration_s=65, language="de"
    )
    template = WordTemplateFactory(
        team=team,
        title="{title} | {channel} #{number}",
        description="{description}\n\n{length} in {language}, {date} {year}, {team}. {not a variable}",
        tags=["{tags}", "show"],
        category="26",
    )
    words = fill(template, video, today=TODAY, number=3, channel="Night Kitchen").words
    assert (words.title, words.description, words.tags, words.category, words.visibility) == (
        "Bread {team} | Night Kitchen #3",
        f"Flour.\n\n1:05 in German, March 9, 2026 2026, {team.name}. {{not a variable}}",
        ("a", "b", "show"),
        "26",
        "public",
    )
    assert fill(WordTemplateFactory(team=team), video, today=TODAY).words.tags == ("a", "b")


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"name": " "}, "name", "Give the template a name."),
        ({"title": "{titel}"}, "title", "There is no variable {titel}. There are: {title}"),
        ({"description": "{foo}"}, "description", "no variable {foo}"),
        ({"tags": ["{bar}"]}, "tags", "no variable {bar}"),
        ({"title": ""}, "title", "this template would change nothing"),
        ({"name": "series"}, "name", "a template of this name already"),
    ],
)
def test_wrong_template_is_refused_beside_its_field(
    team: Team, fields: dict[str, Any], field: str, sentence: str
) -> None:
    WordTemplateFactory(team=team, name="Series")
    good = NOTHING | {"name": "New", "title": "{title}"}
    with pytest.raises(LibraryError) as caught:
        save_template(team=team, **(good | fields))
    assert (caught.value.field, sentence in caught.value.message) == (field, True)
    assert WordTemplate.objects.count() == 1


@pytest.mark.spec("LIB-05")
def test_template_is_filled_into_many_or_none(team: Team, bob: Any) -> None:
    one, two, long = (VideoFactory(team=team, title=title) for title in ("One", "Two", "x" * 199))
    template = WordTemplateFactory(team=team, title="{title} ({number})")
    with pytest.raises(LibraryError, match="Keep the title within 200 characters"):
        apply_template(template, ids=[one.pk, two.pk, long.pk], author=bob, today=TODAY)
    assert set(Video.objects.values_list("title", flat=True)) == {"One", "Two", "x" * 199}
    done = apply_template(template, ids=[one.pk, two.pk], author=bob, today=TODAY)
    assert (done.changed, done.unchanged) == (2, 0)
    found = Video.objects.exclude(pk=long.pk).order_by("pk").values_list("title", flat=True)
    assert list(found) == ["One (1)", "Two (2)"]
    assert [version.author for version in one.versions.order_by("number")] == [None, bob]


def test_template_with_a_channel_asks_which(team: Team, bob: Any) -> None:
    template = WordTemplateFactory(team=team, title="{title} on {channel}")
    with pytest.raises(LibraryError) as caught:
        apply_template(template, ids=[VideoFactory(team=team).pk], author=bob, today=TODAY)
    assert caught.value.field == "channel"


def test_page_of_templates_writes_changes_and_deletes(bob_client: Client, team: Team) -> None:
    wrong = {"name": "Series", "title": "{titel}"}
    answer = bob_client.post(where(team, "new_word_template"), wrong)
    assert (answer.status_code, "There is no variable {titel}" in answer.context["form"].errors["title"][0]) == (
        422, True,
    )  # fmt: skip
    answer = bob_client.post(
        where(team, "new_word_template"), {"name": "Series", "title": "{title}!", "tags": "a, b"}
    )
    assert (answer.status_code, answer["Location"]) == (302, where(team, "word_templates"))
    row = WordTemplate.objects.get()
    assert (row.team, row.name, row.title, row.tags) == (team, "Series", "{title}!", ["a", "b"])
    assert "Series" in bob_client.get(where(team, "word_templates")).content.decode()
    bob_client.post(where(team, "word_template", row.pk), {"name": "Show", "description": "{title}."})
    row.refresh_from_db()
    assert (row.name, row.title, row.description) == ("Show", "", "{title}.")
    bob_client.post(where(team, "delete_word_template", row.pk))
    assert not WordTemplate.objects.exists()


def test_preview_shows_the_newest_video_or_what_is_wrong(bob_client: Client, team: Team) -> None:
    VideoFactory(team=team, title="Bread")
    right = bob_client.post(where(team, "preview_word_template"), {"title": "{title} at dawn"}, headers=HTMX)
    assert (right.status_code, "Bread at dawn" in right.content.decode()) == (200, True)
    row = WordTemplateFactory(team=team, tags=["{tags}", "slow tv"])
    opened = bob_client.get(where(team, "word_template", row.pk))
    assert opened.context["sample"].words.tags == ("slow tv",)
    wrong = bob_client.post(where(team, "preview_word_template"), {"title": "{no}"}, headers=HTMX)
    assert "There is no variable {no}" in wrong.content.decode()


@pytest.mark.spec("LIB-05")
def test_selected_videos_are_shown_before_they_are_filled(bob_client: Client, team: Team) -> None:
    videos = [VideoFactory(team=team, title=f"Bread {number}") for number in range(2)]
    template = WordTemplateFactory(team=team, title="{title} | Show")
    sent = {"ids": [str(video.pk) for video in videos], "template": str(template.pk)}
    shown = bob_client.post(where(team, "fill_selected"), sent, headers=HTMX)
    assert (shown.status_code, shown.content.decode().count("| Show</ins>")) == (200, 2)
    assert Video.objects.filter(title__contains="Show").count() == 0
    done = bob_client.post(where(team, "fill_selected"), {**sent, "save": "1"}, headers=HTMX)
    assert (done.status_code, "library-changed" in done["HX-Trigger"]) == (204, True)
    assert Video.objects.filter(title__endswith=" | Show").count() == 2
    plain = bob_client.post(where(team, "fill_selected"), {**sent, "save": "1"})
    assert (plain.status_code, plain["Location"]) == (302, where(team, "list"))


@pytest.mark.spec("LIB-01")
def test_selected_videos_are_edited_together(bob_client: Client, team: Team) -> None:
    videos = [VideoFactory(team=team, tags=["old", "kept"]) for _ in range(3)]
    sent = {"ids": [str(video.pk) for video in videos[:2]]}
    form = bob_client.post(where(team, "edit_selected"), sent, headers=HTMX)
    assert (form.status_code, "Change 2 videos" in form.content.decode()) == (200, True)
    nothing = bob_client.post(where(team, "edit_selected"), {**sent, "save": "1"}, headers=HTMX)
    assert (nothing.status_code, "Choose what to change first." in nothing.content.decode()) == (422, True)
    wishes = {
        "add_tags": "new", "remove_tags": "OLD", "language": "de", "visibility": "private", "made_for_kids": "yes",
        "category": "27",
    }  # fmt: skip
    done = bob_client.post(where(team, "edit_selected"), {**sent, **wishes, "save": "1"})
    assert done.status_code == 302
    values = ("tags", "language", "visibility", "made_for_kids", "category")
    assert list(Video.objects.order_by("pk").values_list(*values)) == [
        (["kept", "new"], "de", "private", True, "27"),
        (["kept", "new"], "de", "private", True, "27"),
        (["old", "kept"], "en", "public", False, ""),
    ]


def test_other_teams_templates_and_videos_are_not_there(
    charlie_client: Client, bob_client: Client, team: Team
) -> None:
    other = WordTemplateFactory()
    assert bob_client.get(where(team, "word_template", other.pk)).status_code == 404
    assert charlie_client.get(where(team, "word_templates")).status_code == 404
    sent = {"ids": [str(VideoFactory(team=team).pk)], "template": str(other.pk), "save": "1"}
    refused = bob_client.post(where(team, "fill_selected"), sent)
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["template"])
    foreign = VideoFactory()
    mine = WordTemplateFactory(team=team, title="Taken")
    bob_client.post(
        where(team, "fill_selected"), {"ids": [str(foreign.pk)], "template": str(mine.pk), "save": "1"}
    )
    foreign.refresh_from_db()
    assert foreign.title != "Taken"


def test_viewers_may_not_touch_templates(victor_client: Client, team: Team) -> None:
    row = WordTemplateFactory(team=team)
    for name, args in (
        ("word_templates", ()),
        ("word_template", (row.pk,)),
        ("edit_selected", ()),
        ("fill_selected", ()),
    ):
        assert victor_client.get(where(team, name, *args)).status_code == 403
