"""The storyboard: who may change what, what each change touches, what is refused beside its field (GEN-09, GEN-18)."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils.html import escape
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.creation.models import Run, Scene, StepKind
from apps.library.models import Asset, AssetKind
from apps.teams.models import Team
from tests.creation.conjuring import begin, conjure, finished
from tests.factories import AssetFactory

HTMX = {"HX-Request": "true"}


@pytest.fixture
def run(team: Team) -> Run:
    """A finished run of three scenes in two formats."""
    return finished(team, formats=["9x16", "1x1"])


def page_of(run: Run, tail: str = "storyboard/") -> str:
    return f"/studio/morning-show/create/runs/{run.pk}/{tail}"


def scene_page(scene: Scene, tail: str = "") -> str:
    return page_of(scene.run, f"scenes/{scene.pk}/{tail}")


def scenes(run: Run) -> list[Scene]:
    return list(run.scenes.select_related("run").all())


def open_kinds(run: Run) -> set[str]:
    """Kinds of steps that are still to be made."""
    return set(run.steps.filter(result=None).values_list("kind", flat=True))


def toast(answer: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(answer["HX-Trigger"])["toast"]
    return found


def changes(run: Run) -> list[tuple[str, dict[str, Any]]]:
    """Every address that changes something, with what would be sent to it."""
    first, second = scenes(run)[:2]
    return [
        (scene_page(first), {"narration": "Mine."}),
        (scene_page(first, "another/"), {}),
        (scene_page(first, "own/"), {"asset": str(uuid4())}),
        (scene_page(second, "move/"), {"to": "up"}),
        (scene_page(first, "remove/"), {}),
        (page_of(run, "order/"), {"order": ",".join(str(scene.pk) for scene in reversed(scenes(run)))}),
        (page_of(run, "scenes/"), {"narration": "Mine."}),
        (page_of(run, "scenes/undo/"), {}),
        (page_of(run, "look/"), {"palette": "ember"}),
        (page_of(run, "music/"), {"music": "none"}),
        (page_of(run, "formats/"), {"formats": ["4x5"]}),
    ]


def test_members_look_and_makers_change(
    client: Client, charlie_client: Client, victor_client: Client, run: Run
) -> None:
    assert client.get(page_of(run))["Location"] == f"/accounts/login/?next={page_of(run)}"
    assert charlie_client.get(page_of(run)).status_code == 404
    page = victor_client.get(page_of(run))
    assert page.status_code == 200
    assert "<textarea" not in page.content.decode()
    before = [(scene.pk, scene.narration) for scene in scenes(run)]
    for address, sent in changes(run):
        assert client.post(address, sent).status_code == 302
        assert charlie_client.post(address, sent).status_code == 404
        assert victor_client.post(address, sent).status_code == 403
    assert [(scene.pk, scene.narration) for scene in scenes(run)] == before


def test_another_teams_scenes_are_missing(bob_client: Client, run: Run, charlie: User) -> None:
    theirs = finished(charlie.memberships.get().team)
    for address, sent in changes(theirs):
        assert bob_client.post(address, sent).status_code == 404
    stranger = scenes(theirs)[0]
    assert bob_client.post(page_of(run, f"scenes/{stranger.pk}/"), {"narration": "Mine."}).status_code == 404
    assert bob_client.get(page_of(run, f"scenes/{stranger.pk}/own/")).status_code == 404


def test_page_before_the_script_says_that_scenes_will_come(bob_client: Client, team: Team) -> None:
    waiting = begin(team)
    page = bob_client.get(page_of(waiting)).content.decode()
    assert "The script is being written" in page
    assert "Look and voice" not in page
    answer = bob_client.post(page_of(waiting, "scenes/"), {"narration": "Early."}, headers=HTMX)
    assert answer.status_code == 422
    assert "The script is still being written. Try again in a moment." in toast(answer)["message"]


@pytest.mark.spec("GEN-09")
def test_new_words_touch_only_their_scene(bob_client: Client, run: Run) -> None:
    second = scenes(run)[1]
    answer = bob_client.post(scene_page(second), {"narration": "Bees sleep."}, headers=HTMX)
    assert answer.status_code == 200
    parts = answer.content.decode()
    assert f'id="scene-{second.pk}" class="card board-scene" hx-swap-oob="true"' in parts
    assert 'id="board-live" class="board-live card" hx-swap-oob="true"' in parts
    assert parts.count("data-scene=") == 1
    rework = answer.context["rework"]
    assert (rework.titles, rework.planned) == (["Check scene 2", "Speak scene 2"], False)
    again = conjure(run)
    assert again.status == "done"
    board = bob_client.get(page_of(run)).context["rework"]
    made = {step.name for step in again.steps.all() if step.result.created_at >= again.started_at}
    assert {name.split(":")[0] for name in made} == {
        "moderation", "voice", "segment", "sound", "captions", "join",
    }  # fmt: skip
    assert {name.split(":")[1] for name in made if name.startswith(("voice", "moderation"))} == {
        str(second.pk)
    }
    assert (board.again, board.kept) == (len(made), again.steps.count() - len(made))


def test_saving_without_a_change_makes_nothing(bob_client: Client, run: Run) -> None:
    first = scenes(run)[0]
    sent = {
        "narration": first.narration, "caption": "", "visual_description": first.visual_description, "voice": "",
    }  # fmt: skip
    assert bob_client.post(scene_page(first), sent, headers=HTMX).status_code == 200
    run.refresh_from_db()
    assert (run.status, open_kinds(run)) == ("done", set())


def test_caption_voice_and_picture_are_changed_together(bob_client: Client, run: Run) -> None:
    first = scenes(run)[0]
    sent = {
        "narration": first.narration, "caption": "Look!", "voice": "espeak-female", "visual_description": "a hive",
    }  # fmt: skip
    answer = bob_client.post(scene_page(first), sent)
    assert answer["Location"] == page_of(run)
    first.refresh_from_db()
    assert (first.caption, first.voice, first.visual_description) == ("Look!", "espeak-female", "a hive")
    assert {StepKind.VOICE, StepKind.VISUAL} <= open_kinds(run)


@pytest.mark.parametrize(
    ("sent", "field", "said"),
    [
        (
            {"narration": ""},
            "narration",
            "A scene needs words to speak. Remove the scene if it is not wanted.",
        ),
        (
            {"narration": "b" * 2001},
            "narration",
            "Ensure this value has at most 2000 characters (it has 2001).",
        ),
        (
            {"narration": "Fine.", "caption": "b" * 2001},
            "caption",
            "Ensure this value has at most 2000 characters (it has 2001).",
        ),
        ({"narration": "Fine.\0"}, "narration", "Null characters are not allowed."),
    ],
)
def test_wrong_words_are_refused_beside_their_field_and_kept(
    bob_client: Client, run: Run, sent: dict[str, str], field: str, said: str
) -> None:
    first = scenes(run)[0]
    part, page = (
        bob_client.post(scene_page(first), sent, headers=HTMX),
        bob_client.post(scene_page(first), sent),
    )
    for answer in (part, page):
        assert answer.status_code == 422
        item = next(item for item in answer.context["items"] if item.card.scene.pk == first.pk)
        assert (item.form.errors, item.form[field].value()) == ({field: [said]}, sent[field])
        assert f"<li>{said}</li>" in answer.content.decode()
    assert "<html" in page.content.decode()
    assert scenes(run)[0].narration == first.narration


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script> bees</textarea>", "كيف تعمل المنارة؟", "灯台は夜に働く。", "👩‍🚀 goes up"],
)
def test_strange_words_are_shown_as_text(bob_client: Client, run: Run, text: str) -> None:
    first = scenes(run)[0]
    Scene.objects.filter(pk=first.pk).update(narration=text, caption=text)
    page = bob_client.get(page_of(run)).content.decode()
    assert "<script>alert" not in page
    assert "bees</textarea>" not in page.replace("bees&lt;/textarea&gt;", "")
    assert bob_client.get(page_of(run)).context["items"][0].form["narration"].value() == text


@pytest.mark.spec("GEN-06")
def test_another_picture_is_asked_for(bob_client: Client, run: Run) -> None:
    first = scenes(run)[0]
    answer = bob_client.post(scene_page(first, "another/"), headers=HTMX)
    assert (answer.status_code, answer.context["rework"].titles) == (200, ["Picture scene 1"])
    assert scenes(run)[0].visual_seed == 1


@pytest.mark.spec("GEN-06")
def test_own_picture_is_picked_in_a_dialog_and_given_back(bob_client: Client, run: Run, team: Team) -> None:
    first = scenes(run)[0]
    assert (
        "No pictures or clips of your own yet" in bob_client.get(scene_page(first, "own/")).content.decode()
    )
    photo: Asset = AssetFactory(team=team, kind=AssetKind.IMAGE, title="Our harbour")
    AssetFactory(team=team, kind=AssetKind.MUSIC, title="Our theme")
    dialog = bob_client.get(scene_page(first, "own/"), headers=HTMX).content.decode()
    assert "Our harbour" in dialog
    assert "Our theme" not in dialog
    assert "<html" not in dialog
    answer = bob_client.post(scene_page(first, "own/"), {"asset": str(photo.pk)}, headers=HTMX)
    assert (answer.status_code, answer["HX-Trigger"]) == (200, "dialog-close")
    assert scenes(run)[0].visual_asset == photo
    bob_client.post(scene_page(first, "another/"))
    assert (scenes(run)[0].visual_asset, scenes(run)[0].visual_seed) == (None, 0)


def test_foreign_and_missing_pictures_are_refused_in_the_dialog(
    bob_client: Client, run: Run, charlie: User, team: Team
) -> None:
    first = scenes(run)[0]
    AssetFactory(team=team, kind=AssetKind.IMAGE)
    theirs = AssetFactory(team=charlie.memberships.get().team, kind=AssetKind.IMAGE)
    said = {
        "": "Choose a picture or a clip.",
        str(theirs.pk): "That file is no longer there. Choose another one.",
    }
    for asset, sentence in said.items():
        answer = bob_client.post(scene_page(first, "own/"), {"asset": asset}, headers=HTMX)
        assert (answer.status_code, answer["HX-Retarget"]) == (422, "#dialog-content")
        assert f"<li>{sentence}</li>" in answer.content.decode()
    assert scenes(run)[0].visual_asset is None


@pytest.mark.spec("GEN-09")
def test_scenes_are_put_in_order(bob_client: Client, run: Run) -> None:
    first, second, third = (scene.pk for scene in scenes(run))
    answer = bob_client.post(page_of(run, "order/"), {"order": f"{third},{first},{second}"}, headers=HTMX)
    assert (answer.status_code, [scene.pk for scene in scenes(run)]) == (200, [third, first, second])
    assert 'id="board" class="stack" hx-swap-oob="true"' in answer.content.decode()
    assert bob_client.post(scene_page(scenes(run)[0], "move/"), {"to": "down"})["Location"].endswith(
        f"#scene-{third}"
    )
    assert [scene.pk for scene in scenes(run)] == [first, third, second]
    bob_client.post(scene_page(scenes(run)[0], "move/"), {"to": "up"})
    assert [scene.pk for scene in scenes(run)] == [first, third, second]
    assert not {StepKind.VOICE, StepKind.VISUAL} & open_kinds(run)


@pytest.mark.parametrize(
    "order", ["", "mud", "{first}", "{first},{first},{second}", "{first},{second},{other}"]
)
def test_orders_that_do_not_name_each_scene_once_are_refused(
    bob_client: Client, run: Run, order: str
) -> None:
    first, second, third = (scene.pk for scene in scenes(run))
    sent = {"order": order.format(first=first, second=second, other=uuid4())}
    answer = bob_client.post(page_of(run, "order/"), sent, headers=HTMX)
    assert answer.status_code == 422
    assert toast(answer)["level"] == "error"
    assert [scene.pk for scene in scenes(run)] == [first, second, third]
    assert bob_client.post(scene_page(scenes(run)[0], "move/"), {"to": "sideways"}).status_code == 422


def test_order_is_changed_while_scenes_of_several_formats_are_filmed(
    bob_client: Client, run: Run, team: Team
) -> None:
    """Steps of one scene in several formats share a job, which can be stopped only once."""
    going = conjure(
        begin(team, text="Other words.", formats=["9x16", "1x1"]), title="Other", until=StepKind.SEGMENT
    )
    turned = ",".join(str(scene.pk) for scene in reversed(scenes(going)))
    assert bob_client.post(page_of(going, "order/"), {"order": turned}, headers=HTMX).status_code == 200


def test_scene_is_added_where_it_is_wanted(bob_client: Client, run: Run) -> None:
    first, second, third = (scene.pk for scene in scenes(run))
    answer = bob_client.post(
        page_of(run, "scenes/"), {"narration": " A new one. ", "after": str(first)}, headers=HTMX
    )
    assert (answer.status_code, len(answer.context["items"])) == (200, 4)
    assert [scene.narration for scene in scenes(run)][1] == "A new one."
    bob_client.post(page_of(run, "scenes/"), {"narration": "Before all.", "after": ""})
    assert next(scene.narration for scene in scenes(run)) == "Before all."
    assert [scene.pk for scene in scenes(run) if scene.pk in (first, second, third)] == [first, second, third]


def test_empty_and_misplaced_scenes_are_refused(bob_client: Client, run: Run) -> None:
    answer = bob_client.post(page_of(run, "scenes/"), {"narration": " ", "after": str(uuid4())}, headers=HTMX)
    assert answer.status_code == 422
    assert set(answer.context["new_form"].errors) == {"narration", "after"}
    assert "<li>Say what the new scene speaks.</li>" in answer.content.decode()
    assert run.scenes.count() == 3


@pytest.mark.spec("UI-04")
def test_removed_scene_is_brought_back_as_it_was(bob_client: Client, run: Run, team: Team) -> None:
    second = scenes(run)[1]
    photo = AssetFactory(team=team, kind=AssetKind.IMAGE)
    Scene.objects.filter(pk=second.pk).update(caption="Look!", visual_asset=photo, voice="joe")
    answer = bob_client.post(scene_page(second, "remove/"), headers=HTMX)
    undo = page_of(run, "scenes/undo/")
    assert toast(answer) == {"message": "Scene 2 was removed.", "level": "success", "undo": undo}
    assert [scene.position for scene in scenes(run)] == [0, 1]
    answer = bob_client.post(undo, headers=HTMX)
    assert answer.status_code == 204
    assert "scenes-changed" in answer["HX-Trigger"]
    back = scenes(run)[1]
    assert (back.pk, back.narration, back.caption, back.visual_asset, back.voice, back.position) == (
        second.pk, second.narration, "Look!", photo, "joe", 1,
    )  # fmt: skip
    assert bob_client.post(undo, headers=HTMX).status_code == 404


def test_removal_is_undone_on_a_page_without_script(
    bob_client: Client, alice_client: Client, run: Run
) -> None:
    third = scenes(run)[2]
    answer = bob_client.post(scene_page(third, "remove/"), follow=True)
    assert answer.redirect_chain == [(f"{page_of(run)}?removed=1", 302)]
    assert "The scene was removed." in answer.content.decode()
    assert alice_client.post(page_of(run, "scenes/undo/")).status_code == 404
    assert bob_client.post(page_of(run, "scenes/undo/"))["Location"] == page_of(run)
    assert [scene.pk for scene in scenes(run)][2] == third.pk
    assert not {StepKind.VOICE, StepKind.VISUAL} & open_kinds(run)


def test_last_scene_stays(bob_client: Client, team: Team) -> None:
    run = finished(team, scenes=1)
    answer = bob_client.post(scene_page(scenes(run)[0], "remove/"), headers=HTMX)
    assert (answer.status_code, toast(answer)["message"]) == (422, "A video needs at least one scene.")
    assert run.scenes.count() == 1


@pytest.mark.spec("GEN-19")
def test_limit_of_videos_at_once_is_said_where_the_change_was_made(
    bob_client: Client, run: Run, team: Team, settings: Any
) -> None:
    settings.RUNS_AT_ONCE = 1
    begin(team, text="Other words.")
    sentence = "One video is in the making, which is your team's limit. Wait for one to end."
    first = scenes(run)[0]
    for address, sent in (
        (scene_page(first), {"narration": "Bees sleep."}),
        (page_of(run, "look/"), {**LOOK, "palette": "ocean"}),
        (page_of(run, "music/"), {"music": "none"}),
        (page_of(run, "formats/"), {"formats": ["4x5"]}),
    ):
        answer = bob_client.post(address, sent, headers=HTMX)
        assert answer.status_code == 422
        assert escape(sentence) in answer.content.decode()
    for address, sent in (
        (scene_page(first, "another/"), {}),
        (page_of(run, "scenes/"), {"narration": "More."}),
    ):
        assert toast(bob_client.post(address, sent, headers=HTMX))["message"] == sentence
    assert (scenes(run)[0].narration, run.scenes.count()) == (first.narration, 3)


LOOK = {
    "caption_style": "karaoke",
    "position": "top",
    "transition": "fade",
    "palette": "ember",
    "speed": "1.1",
}


@pytest.mark.spec("GEN-09")
def test_look_of_the_whole_is_changed(bob_client: Client, run: Run) -> None:
    answer = bob_client.post(page_of(run, "look/"), {**LOOK, "voice": "joe"}, headers=HTMX)
    assert answer.status_code == 200
    assert 'id="look-form" class="card side-form" hx-swap-oob="true"' in answer.content.decode()
    run.refresh_from_db()
    look, captions, sound = run.spec["look"], run.spec["captions"], run.spec["sound"]
    assert (look["palette"], look["transition"], look["transition_s"] > 0) == ("ember", "fade", True)
    assert (captions["style"], captions["position"]) == ("karaoke", "top")
    assert (sound["voice"], sound["speed"]) == ("joe", 1.1)
    bob_client.post(page_of(run, "look/"), {**LOOK, "voice": "joe", "caption_style": "none"})
    run.refresh_from_db()
    assert run.spec["captions"]["burnt_in"] is False


def test_unknown_looks_are_refused_each_beside_its_field(bob_client: Client, run: Run) -> None:
    wrong = {"caption_style": "mud", "position": "left", "transition": "x", "palette": "mud", "speed": "9"}
    answer = bob_client.post(page_of(run, "look/"), wrong, headers=HTMX)
    assert (answer.status_code, set(answer.context["look_form"].errors)) == (422, set(wrong))
    run.refresh_from_db()
    assert run.status == "done"


@pytest.mark.spec("GEN-07")
def test_music_is_exchanged(bob_client: Client, run: Run, team: Team, charlie: User) -> None:
    track = AssetFactory(team=team, kind=AssetKind.MUSIC)
    theirs = AssetFactory(team=charlie.memberships.get().team, kind=AssetKind.MUSIC)
    found = []
    for sent in (
        {"music": f"track:{track.pk}"},
        {"music": "mood:calm"},
        {"music": "mood:calm", "another": "1"},
        {"music": "none"},
    ):
        assert bob_client.post(page_of(run, "music/"), sent, headers=HTMX).status_code == 200
        run.refresh_from_db()
        sound = run.spec["sound"]
        found.append((run.music_asset, sound["music"], sound["mood"], run.seeds.get("music", 0)))
    mood = finished(team).spec["sound"]["mood"]
    assert found == [
        (track, True, mood, 0), (None, True, "calm", 0), (None, True, "calm", 1), (None, False, "calm", 1),
    ]  # fmt: skip
    for wrong in (f"track:{theirs.pk}", "mood:mud", ""):
        answer = bob_client.post(page_of(run, "music/"), {"music": wrong}, headers=HTMX)
        assert (answer.status_code, set(answer.context["music_form"].errors)) == (422, {"music"})


@pytest.mark.spec("GEN-08")
def test_another_format_shares_what_is_there(bob_client: Client, run: Run) -> None:
    answer = bob_client.post(page_of(run, "formats/"), {"formats": ["9x16", "1x1", "16x9"]}, headers=HTMX)
    assert answer.status_code == 200
    run.refresh_from_db()
    assert run.formats == ["9x16", "16x9", "1x1"]
    assert open_kinds(run) == {StepKind.SEGMENT, StepKind.JOIN}
    assert {step.params["format"] for step in run.steps.filter(result=None)} == {"16x9"}
    for wrong in ([], ["2x2"]):
        answer = bob_client.post(page_of(run, "formats/"), {"formats": wrong}, headers=HTMX)
        assert (answer.status_code, set(answer.context["formats_form"].errors)) == (422, {"formats"})


def test_open_page_is_told_what_changed_and_nothing_else(bob_client: Client, run: Run) -> None:
    context = bob_client.get(page_of(run)).context
    asked = {"seen": context["seen"], "cards": context["signatures"]}
    quiet = bob_client.get(page_of(run), asked, headers=HTMX)
    assert "HX-Trigger" not in quiet
    assert "still-" not in quiet.content.decode()
    second = scenes(run)[1]
    bob_client.post(scene_page(second, "another/"))
    told = bob_client.get(page_of(run), asked, headers=HTMX)
    assert told["HX-Trigger"] == "scenes-changed"
    assert [item.card.scene.pk for item in told.context["changed"]] == [second.pk]
    assert f'id="still-{second.pk}" class="board-still" hx-swap-oob="true"' in told.content.decode()
    board = bob_client.get(page_of(run, "storyboard/?part=board"), headers=HTMX).content.decode()
    assert board.strip().startswith('<div id="board"')
    assert board.count("data-scene=") == 3


def test_page_asks_as_often_for_one_scene_as_for_three(
    bob_client: Client, run: Run, team: Team, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    one = finished(team, scenes=1, text="Other words for other bees.")
    bob_client.get(page_of(one))
    with django_assert_num_queries(13):
        bob_client.get(page_of(one))
    with django_assert_num_queries(13):
        bob_client.get(page_of(run))
