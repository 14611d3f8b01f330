"""Captions, thumbnails and reviews as they are used: keys, the player beside them, and what is said at once."""

from typing import Any

import pytest
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect

from apps.library.models import Video
from apps.library.services.captions import read_captions
from tests.processes import eventually
from tests.ui import scenery
from tests.ui.conftest import Open
from tests.ui.library_scenery import build_player
from tests.ui.test_library import open_page, player


def build() -> dict[str, Any]:
    names = scenery.ground()
    return {**names, **build_player(names["team"], names["user"])}


SCENERY = build


@pytest.fixture
def tab(studio: dict[str, Any], open_browser: Open) -> Tab:
    tab: Tab = open_browser(studio["user"]).new_page()
    return tab


def address(studio: dict[str, Any], page: str) -> str:
    return f"/studio/{studio['slug']}/library/videos/{studio['uploaded_video']}/{page}/"


@pytest.mark.spec("LIB-07")
def test_cue_is_split_by_a_key_refused_where_wrong_and_saved(tab: Tab, studio: dict[str, Any]) -> None:
    open_page(tab, address(studio, "captions"))
    first = tab.get_by_label("Words of cue 1", exact=True)
    expect(first).to_have_value("The smell arrives first.")
    first.focus()
    first.press("Home")
    for _ in range(len("The smell")):
        first.press("ArrowRight")
    first.press("Control+Enter")
    expect(tab.get_by_label("Words of cue 2", exact=True)).to_have_value("arrives first.")
    expect(tab.get_by_label("Words of cue 2", exact=True)).to_be_focused()
    tab.get_by_label("Start of cue 3").fill("0:00.200")
    tab.get_by_role("button", name="Save").click()
    expect(tab.get_by_text("It begins before the cue above it")).to_be_visible()
    tab.get_by_label("Start of cue 3").fill("0:01")
    first.fill("The scent")
    tab.get_by_role("button", name="Save").click()
    expect(tab.get_by_text("The English captions were saved.")).to_be_visible()
    kept = read_captions(Video.objects.get(pk=studio["uploaded_video"]), "en").cues
    assert [cue.text for cue in kept] == ["The scent", "arrives first.", "Then the kitchen."]


@pytest.mark.spec("LIB-07")
def test_draft_is_shown_over_the_video_and_times_come_from_it(tab: Tab, studio: dict[str, Any]) -> None:
    open_page(tab, address(studio, "captions") + "?language=ar")
    tab.get_by_role("button", name="Begin with English").click()
    words = tab.get_by_label("Words of cue 1", exact=True)
    words.fill("الرائحة")
    assert words.evaluate("field => getComputedStyle(field).direction") == "rtl"
    shown = "[...document.querySelector('[data-watch] video').textTracks].at(-1).cues[0].text"
    eventually(lambda: tab.evaluate(shown) == "الرائحة", within_s=10, what="the draft over the video")
    eventually(lambda: player(tab, "readyState") >= 1, within_s=10, what="the player")
    player(tab, "currentTime = 0.5")
    words.press("Alt+.")
    expect(tab.get_by_label("End of cue 1")).to_have_value("0:00.500")


@pytest.mark.spec("LIB-06")
def test_thumbnail_is_drawn_while_it_is_designed(tab: Tab, studio: dict[str, Any]) -> None:
    open_page(tab, address(studio, "thumbnails"))
    cover = tab.locator("[data-cover]")
    before = cover.get_attribute("src")
    tab.get_by_label("Words", exact=True).fill("Fog at five")
    eventually(lambda: cover.get_attribute("src") != before, within_s=10, what="another preview")
    assert "Fog+at+five" in str(cover.get_attribute("src"))
    eventually(
        lambda: tab.evaluate("document.querySelector('[data-cover]').naturalWidth") == 1280,
        within_s=10,
        what="it",
    )
    tab.get_by_role("button", name="Keep it").click()
    expect(tab.get_by_text("The thumbnail was kept")).to_be_visible()


@pytest.mark.spec("LIB-11")
def test_comment_takes_the_time_that_is_shown_and_goes_back_there(tab: Tab, studio: dict[str, Any]) -> None:
    open_page(tab, address(studio, "review"))
    eventually(lambda: player(tab, "readyState") >= 1, within_s=10, what="the player")
    player(tab, "currentTime = 2.5")
    tab.get_by_label("Comment", exact=True).fill("Here the light is wonderful.")
    expect(tab.get_by_label("At", exact=True)).to_have_value("0:02.5")
    tab.get_by_role("button", name="Comment", exact=True).click()
    said = tab.locator(".thread", has_text="Here the light is wonderful.")
    expect(said).to_be_visible()
    player(tab, "currentTime = 0")
    said.get_by_role("button", name="0:02").click()
    eventually(lambda: player(tab, "currentTime") >= 2.5, within_s=10, what="the jump")


@pytest.mark.spec("LIB-11")
def test_guest_without_an_account_says_something_through_the_link(
    studio: dict[str, Any], open_browser: Open
) -> None:
    guest = open_browser().new_page()
    guest.goto(f"/review/{studio['review_token']}/")
    guest.get_by_label("Your name").fill("Mia")
    guest.get_by_label("Comment", exact=True).fill("Louder, please.")
    guest.get_by_role("button", name="Comment", exact=True).click()
    expect(guest.locator(".thread", has_text="Louder, please.")).to_be_visible()


def test_answer_whose_place_was_exchanged_is_asked_for_once_more(tab: Tab, studio: dict[str, Any]) -> None:
    """It would go into the old place, and its parts for other places would find none: console errors fail the test."""
    held: list[Any] = []
    tab.route("**/words/", lambda route: held.append(route))
    open_page(tab, f"/studio/{studio['slug']}/library/videos/{studio['uploaded_video']}/")
    tab.evaluate(f"htmx.trigger(document.body, 'video-edited:{studio['uploaded_video']}')")
    eventually(lambda: tab.wait_for_timeout(30) or len(held) == 1, within_s=10, what="the question")
    tab.evaluate(
        """() => {
            const old = document.getElementById('words');
            const place = old.cloneNode(true);
            place.dataset.fresh = '';
            old.replaceWith(place);
            htmx.process(place);
        }"""
    )
    held[0].continue_()
    eventually(lambda: tab.wait_for_timeout(30) or len(held) == 2, within_s=10, what="the second question")
    expect(tab.locator("#words[data-fresh]")).to_have_count(1)
    held[1].continue_()
    expect(tab.locator("#words[data-fresh]")).to_have_count(0)
    expect(tab.locator("#words")).to_be_visible()
