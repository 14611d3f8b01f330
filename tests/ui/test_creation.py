"""Making videos in the browser: pasting, previews, live runs, and a storyboard that loses nothing."""

from typing import Any

import pytest
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect

from apps.creation.models import Run, StepKind
from tests.creation.conjuring import begin, conjure
from tests.ui.conftest import PHONE, WIDE, Open
from tests.ui.creation_scenery import build_creation
from tests.ui.scenery import ground
from tests.ui.shifts import WATCH_SHIFTS, moved

CREATE = "/studio/night-kitchen/create/"


def SCENERY() -> dict[str, Any]:  # noqa: N802 – its name is what the fixture looks for
    names = ground()
    return {**names, **build_creation(names["team"], names["user"])}


@pytest.fixture
def tab(studio: dict[str, Any], open_browser: Open) -> Tab:
    found: Tab = open_browser(studio["user"]).new_page()
    return found


def run_page(run_id: Any, tail: str = "") -> str:
    return f"{CREATE}runs/{run_id}/{tail}"


def fresh(studio: dict[str, Any], text: str, **more: Any) -> Run:
    """A run of its own for a test that changes it."""
    return conjure(begin(studio["team"], text=text, actor=studio["user"]), title=text, **more)


@pytest.mark.spec("GEN-01")
def test_text_is_measured_and_shown_in_the_preview_while_it_is_typed(tab: Tab) -> None:
    tab.goto(CREATE)
    tab.get_by_label("Text", exact=True).last.fill("Bees dance to tell where flowers are. " * 20)
    expect(tab.locator("[data-length]")).to_contain_text("140 words")
    expect(tab.locator("[data-length]")).to_contain_text("the key sentences will be told in 15–30 s")
    expect(tab.locator(".create-preview [data-preview-words]")).to_have_text("Bees dance to tell where")
    tab.get_by_role("radio", name="Storytelling").check(force=True)
    expect(tab.locator("[data-length]")).to_contain_text("fits this template (45–120 s)")


def test_preview_follows_template_palette_captions_and_format(tab: Tab) -> None:
    tab.goto(CREATE)
    preview = tab.locator(".create-preview [data-preview]")
    tab.get_by_role("radio", name="Storytelling").check(force=True)
    expect(preview).to_contain_class("captions-minimal")
    expect(preview).to_contain_class("aspect-16x9")
    expect(tab.get_by_role("checkbox", name="16:9")).to_be_checked()
    tab.get_by_text("Captions and look").click()
    tab.get_by_role("radio", name="Ocean").check(force=True)
    tab.get_by_label("Captions", exact=True).select_option("bold_box")
    tab.get_by_label("From scene to scene").select_option("circle_open")
    for name in ("palette-ocean", "captions-bold_box", "transition-circle_open"):
        expect(preview).to_contain_class(name)
    tab.get_by_role("button", name="Pause the preview").click()
    expect(preview).to_contain_class("paused")


def test_a_pasted_link_is_offered_to_be_read(tab: Tab) -> None:
    tab.goto(CREATE)
    tab.get_by_label("Text", exact=True).last.fill("https://example.com/bees")
    tab.get_by_role("button", name="Read the link").click()
    expect(tab.get_by_label("Link", exact=True).last).to_have_value("https://example.com/bees")
    expect(tab.get_by_label("Text", exact=True).last).not_to_be_visible()


def test_refused_idea_keeps_all_that_was_chosen(tab: Tab) -> None:
    tab.goto(CREATE)
    tab.get_by_role("radio", name="Trending Challenge").check(force=True)
    tab.get_by_role("checkbox", name="4:5").check()
    tab.get_by_role("button", name="Make the video").click()
    expect(tab.get_by_text("Paste the text that the video is to be made of.")).to_be_visible()
    expect(tab.get_by_role("radio", name="Trending Challenge")).to_be_checked()
    expect(tab.get_by_role("checkbox", name="4:5")).to_be_checked()
    expect(tab.locator("textarea[name=text]")).to_be_focused()


@pytest.mark.spec("GEN-01")
def test_open_run_follows_its_steps_and_shows_the_video_by_itself(studio: dict[str, Any], tab: Tab) -> None:
    run = begin(studio["team"], text="Bees follow her in the dark.", actor=studio["user"])
    tab.goto(run_page(run.pk))
    expect(tab.locator("html")).to_have_attribute("data-socket", "open")
    expect(tab.get_by_text("0 of 1 steps are done.")).to_be_visible()
    conjure(run, title="Bees in the dark", until=StepKind.SEGMENT)
    expect(tab.locator(".scene-strip img")).to_have_count(3)
    tab.locator("#all-steps summary").click()
    conjure(run, title="Bees in the dark")
    expect(tab.locator("video")).to_be_visible()
    expect(tab.get_by_text("Finished", exact=True)).to_be_visible()
    expect(tab.locator("#all-steps")).to_have_attribute("open", "")


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_nothing_moves_when_the_finished_video_appears(
    studio: dict[str, Any], open_browser: Open, size: tuple[int, int]
) -> None:
    run = begin(studio["team"], text=f"Bees keep {size[0]} places.", actor=studio["user"])
    conjure(run, title=f"Bees keep {size[0]} places", until=StepKind.SEGMENT)
    tab = open_browser(studio["user"], size=size).new_page()
    tab.add_init_script(WATCH_SHIFTS)
    tab.goto(run_page(run.pk))
    expect(tab.locator("html")).to_have_attribute("data-socket", "open")
    expect(tab.get_by_text("Your video will play here")).to_be_visible()
    conjure(run, title=f"Bees keep {size[0]} places")
    expect(tab.locator("video")).to_be_visible()
    expect(tab.get_by_text("Finished", exact=True)).to_be_visible()
    assert moved(tab) == []


@pytest.mark.spec("GEN-09")
def test_words_typed_in_one_scene_outlive_the_saving_of_another(studio: dict[str, Any], tab: Tab) -> None:
    run = fresh(studio, "Bees sleep at night.")
    tab.goto(run_page(run.pk, "storyboard/"))
    first, second = tab.locator("[data-scene]").nth(0), tab.locator("[data-scene]").nth(1)
    second.get_by_label("What scene 2 says").fill("Not saved yet.")
    first.get_by_label("What scene 1 says").fill("Saved now.")
    first.get_by_role("button", name="Save and make again").click()
    expect(tab.locator("#board-live")).to_contain_text("made again")
    expect(first.get_by_role("button", name="Save and make again")).not_to_be_visible()
    tab.evaluate("document.body.dispatchEvent(new CustomEvent('scenes-changed'))")
    tab.wait_for_load_state("networkidle")
    expect(second.get_by_label("What scene 2 says")).to_have_value("Not saved yet.")
    expect(second.get_by_role("button", name="Save and make again")).to_be_visible()
    assert next(scene.narration for scene in run.scenes.all()) == "Saved now."
    second.get_by_label("What scene 2 says").press("Control+Enter")
    expect(second.get_by_role("button", name="Save and make again")).not_to_be_visible()


@pytest.mark.spec("GEN-09")
def test_scenes_are_ordered_removed_and_brought_back_with_the_keyboard(
    studio: dict[str, Any], tab: Tab
) -> None:
    run = fresh(studio, "Bees build with wax.")
    first, second, third = (str(scene.pk) for scene in run.scenes.all())
    tab.goto(run_page(run.pk, "storyboard/"))
    ids = "all => all.map((one) => one.dataset.scene)"
    tab.get_by_role("button", name="Scene 1", exact=True).press("ArrowDown")
    expect(tab.locator(".board-number").first).to_have_text("1")
    tab.wait_for_function(f"document.querySelector('[data-scene]').dataset.scene === '{second}'")
    expect(tab.locator(f"#scene-{first} .board-number")).to_have_text("2")
    tab.get_by_role("button", name="Move scene 3 up").press("Enter")
    expect(tab.locator(f"#scene-{third} .board-number")).to_have_text("2")
    tab.get_by_role("button", name="Remove scene 1").click()
    expect(tab.locator("[data-scene]")).to_have_count(2)
    tab.get_by_role("button", name="Undo").click()
    expect(tab.locator("[data-scene]")).to_have_count(3)
    assert tab.locator("[data-scene]").evaluate_all(ids) == [second, third, first]
    assert [str(scene.pk) for scene in run.scenes.all()] == [second, third, first]


def test_look_is_previewed_before_it_is_applied(studio: dict[str, Any], tab: Tab) -> None:
    run = fresh(studio, "Bees drink water.")
    tab.goto(run_page(run.pk, "storyboard/"))
    apply = tab.locator("#look-form").get_by_role("button", name="Apply")
    expect(apply).not_to_be_visible()
    tab.get_by_role("radio", name="Paper").check(force=True)
    expect(tab.locator("[data-preview]")).to_contain_class("palette-paper")
    apply.click()
    expect(tab.locator("#board-live")).to_contain_text("In the making")
    run.refresh_from_db()
    assert run.spec["look"]["palette"] == "paper"


def test_title_is_changed_in_place(studio: dict[str, Any], tab: Tab) -> None:
    run = fresh(studio, "Bees see no red.")
    tab.goto(run_page(run.pk))
    title = tab.get_by_label("Title", exact=True)
    title.fill("What bees see")
    tab.get_by_role("button", name="Save the title").click()
    expect(tab.get_by_role("navigation", name="Breadcrumbs")).to_contain_text("What bees see")
    expect(tab.get_by_role("button", name="Save the title")).not_to_be_visible()


def test_beats_are_added_and_removed_and_their_sum_is_told(studio: dict[str, Any], tab: Tab) -> None:
    tab.goto(f"{CREATE}templates/{studio['own_template']}/edit/")
    rows = tab.locator("[data-beat]:visible")
    expect(rows).to_have_count(4)
    rows.nth(1).get_by_text("Remove this beat").click(force=True)
    expect(rows).to_have_count(3)
    expect(tab.locator("[data-beat-sum]")).to_have_text("75 % of 100 %")
    tab.get_by_role("button", name="Add a beat").click()
    rows.nth(3).get_by_label("Name of the beat").fill("twist")
    rows.nth(3).get_by_label("Share in percent").fill("25")
    expect(tab.locator("[data-beat-sum]")).to_have_text("100 % of 100 %")
    tab.get_by_role("button", name="Save the template").click()
    expect(tab.locator(".beat-list li strong").last).to_have_text("Twist")


@pytest.mark.spec("UI-03")
def test_a_video_is_started_and_a_scene_changed_without_script(
    studio: dict[str, Any], open_browser: Open
) -> None:
    tab = open_browser(studio["user"], java_script_enabled=False, size=PHONE).new_page()
    tab.goto(CREATE)
    tab.locator("textarea[name=text]").fill("Bees hum. They hum all day.")
    tab.get_by_role("button", name="Make the video").click()
    tab.wait_for_url("**/create/runs/**")
    run = Run.objects.filter(source_text="Bees hum. They hum all day.").get()
    conjure(run, title="Bees hum")
    tab.goto(run_page(run.pk, "storyboard/"))
    tab.get_by_label("What scene 2 says").fill("They hum at night as well.")
    tab.get_by_role("button", name="Save and make again").nth(1).click()
    assert [scene.narration for scene in run.scenes.all()][1] == "They hum at night as well."
    tab.get_by_role("button", name="Remove scene 3").click()
    tab.get_by_role("button", name="Undo").click()
    expect(tab.locator("[data-scene]")).to_have_count(3)
