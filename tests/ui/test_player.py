"""The player of the library: by keys, by frames, with captions, chapters, a waveform and pictures of the timeline."""

from typing import Any

import pytest
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect

from tests.processes import eventually
from tests.ui import scenery
from tests.ui.conftest import Open
from tests.ui.library_scenery import build_player


def build() -> dict[str, Any]:
    names = scenery.ground()
    return {**names, **build_player(names["team"], names["user"])}


SCENERY = build


@pytest.fixture
def tab(studio: dict[str, Any], open_browser: Open) -> Tab:
    tab: Tab = open_browser(studio["user"]).new_page()
    tab.goto(f"/studio/{studio['slug']}/library/videos/{studio['uploaded_video']}/")
    until(tab, "document.querySelector('#watch video').readyState >= 2")
    return tab


def video(tab: Tab, question: str) -> Any:
    return tab.evaluate(f"document.querySelector('#watch video').{question}")


def until(tab: Tab, question: str) -> None:
    """The page's policy forbids Playwright's own way of waiting, which evaluates words within the page."""
    eventually(lambda: tab.wait_for_timeout(30) or tab.evaluate(question), within_s=20, what=question)


def frame(tab: Tab) -> int:
    """The frame that is shown, at 25 a second."""
    return int(video(tab, "currentTime") * 25 + 0.001)


@pytest.mark.spec("LIB-11")
def test_keys_step_by_frames_seek_and_change_the_speed(tab: Tab) -> None:
    for key in (".", ".", ".", ","):
        tab.keyboard.press(key)
        until(tab, "!document.querySelector('#watch video').seeking")
    assert frame(tab) == 2
    tab.keyboard.press(">")
    expect(tab.get_by_label("Speed")).to_have_value("1.25")
    assert video(tab, "playbackRate") == 1.25
    tab.keyboard.press("5")
    until(tab, "Math.abs(document.querySelector('#watch video').currentTime - 3) < 0.01")
    expect(tab.locator("[data-clock]")).to_have_text("0:03 / 0:06")
    expect(tab.locator("[data-watch-bar] [data-chapter]")).to_have_text("The boats")
    tab.get_by_role("slider", name="Position").press("ArrowLeft")
    until(tab, "document.querySelector('#watch video').currentTime === 0")
    tab.keyboard.press("m")
    expect(tab.get_by_role("button", name="Mute")).to_have_attribute("aria-pressed", "true")
    tab.keyboard.press("k")
    until(tab, "!document.querySelector('#watch video').paused")
    expect(tab.get_by_role("button", name="Pause", exact=True)).to_be_visible()


@pytest.mark.spec("LIB-11")
def test_captions_are_chosen_and_stay_chosen(tab: Tab) -> None:
    assert video(tab, "textTracks[0].mode") == "disabled"
    tab.keyboard.press("c")
    expect(tab.get_by_label("Captions", exact=True)).to_have_value("en")
    assert video(tab, "textTracks[0].mode") == "showing"
    tab.reload()
    expect(tab.get_by_label("Captions", exact=True)).to_have_value("en")


@pytest.mark.spec("LIB-11", "TRC-03")
def test_timeline_shows_the_waveform_chapters_and_a_picture_of_each_moment(tab: Tab) -> None:
    expect(tab.locator("[data-marks] span:not(.said)")).to_have_count(1)
    expect(tab.locator("[data-peaks]")).to_have_attribute("data-points", "1600")
    filled = """() => { const canvas = document.querySelector('[data-peaks]'); const { width, height } = canvas;
        const data = canvas.getContext('2d').getImageData(0, 0, width, height).data; let filled = 0;
        for (let at = 3; at < data.length; at += 4) filled += data[at] > 0 ? 1 : 0;
        return filled / (width * height); }"""
    assert tab.evaluate(filled) > 0.1, "a line alone fills no more than a twentieth"
    box = tab.locator("[data-timeline]").bounding_box()
    assert box is not None
    tab.mouse.move(box["x"] + box["width"] * 0.77, box["y"] + 10)
    expect(tab.locator("[data-hint]")).to_contain_text("The boats")
    expect(tab.locator("[data-hint-time]")).to_have_text("0:04")
    tile = tab.locator("[data-hint-picture]")
    assert tile.evaluate("one => one.style.backgroundPosition") == "-1440px 0px"
    assert tile.bounding_box()["width"] == 160  # type: ignore[index]


def test_without_scripts_the_browser_has_its_own_controls(studio: dict[str, Any], open_browser: Open) -> None:
    tab = open_browser(studio["user"], java_script_enabled=False).new_page()
    tab.goto(f"/studio/{studio['slug']}/library/videos/{studio['uploaded_video']}/")
    expect(tab.locator("#watch video[controls]")).to_be_visible()
    expect(tab.locator("[data-watch-bar]")).to_be_hidden()


@pytest.mark.spec("LIB-11")
def test_what_was_said_stands_on_the_timeline_until_it_is_settled(tab: Tab, studio: dict[str, Any]) -> None:
    """Two comments at 1 s and 3.2 s of six."""
    marks = tab.locator("[data-marks] .said")
    expect(marks).to_have_count(2)
    places = "all => all.map((one) => parseFloat(one.style.insetInlineStart))"
    assert marks.evaluate_all(places) == pytest.approx([100 / 6, 320 / 6], abs=0.1)
    timeline = tab.locator("[data-timeline]").bounding_box()
    assert timeline is not None
    tab.mouse.move(timeline["x"] + timeline["width"] / 6, timeline["y"] + 20)
    expect(tab.locator("[data-hint-chapter]")).to_have_text("Is the sign readable on a phone?")
    tab.goto(f"/studio/{studio['slug']}/library/videos/{studio['uploaded_video']}/review/")
    expect(marks).to_have_count(2)
    tab.get_by_role("button", name="Settle").first.click()
    expect(marks).to_have_count(1)
