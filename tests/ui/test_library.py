"""The library as it is used: ticking, undoing, jumping, switching, editing, and hearing of changes."""

from typing import Any

import pytest
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect

from apps.library.models import Video
from apps.library.services import create_video
from tests.processes import eventually
from tests.ui.conftest import Open


@pytest.fixture
def tab(studio: dict[str, Any], open_browser: Open) -> Tab:
    tab: Tab = open_browser(studio["user"]).new_page()
    return tab


def open_page(tab: Tab, address: str) -> None:
    """Open the address and wait for its socket: from then on nothing is fetched without a reason."""
    tab.goto(address)
    tab.wait_for_selector("html[data-socket=open]")
    tab.wait_for_load_state("networkidle")


def player(tab: Tab, question: str) -> Any:
    """What the player says of itself: `currentTime`, `videoWidth` …"""
    return tab.evaluate(f"document.querySelector('#watch video').{question}")


def open_list(tab: Tab, studio: dict[str, Any], query: str = "") -> None:
    open_page(tab, f"/studio/{studio['slug']}/library/{query}")


@pytest.mark.spec("LIB-01")
def test_ticked_videos_are_tagged_deleted_and_brought_back(tab: Tab, studio: dict[str, Any]) -> None:
    open_list(tab, studio, "?view=table")
    before = tab.locator("tbody tr").count()
    expect(tab.locator(".bulk-bar")).to_be_hidden()
    for name in ("Fünf Minuten Deutsch", "The harbour at five in the morning"):
        tab.get_by_role("checkbox", name=name).check()
    bar = tab.locator(".bulk-bar")
    expect(bar).to_contain_text("2 selected")
    bar.get_by_label("Tag to add or remove").fill("slow tv")
    bar.get_by_role("button", name="Add").click()
    expect(tab.get_by_text("2 videos were changed.")).to_be_visible()
    expect(tab.locator("tbody tr", has_text="slow tv")).to_have_count(2)
    expect(bar).to_contain_text("2 selected")
    bar.get_by_role("button", name="Delete").click()
    expect(tab.locator("tbody tr")).to_have_count(before - 2)
    tab.get_by_role("button", name="Undo").click()
    expect(tab.locator("tbody tr")).to_have_count(before)


def test_whole_page_is_ticked_at_once(tab: Tab, studio: dict[str, Any]) -> None:
    open_list(tab, studio, "?view=table")
    tab.get_by_label("Select all on this page").check()
    count = tab.locator("tbody tr").count()
    expect(tab.locator(".bulk-bar")).to_contain_text(f"{count} selected")
    tab.get_by_label("Select all on this page").uncheck()
    expect(tab.locator(".bulk-bar")).to_be_hidden()


def test_search_narrows_the_list_and_its_address_while_typing(tab: Tab, studio: dict[str, Any]) -> None:
    open_list(tab, studio)
    tab.get_by_label("Find a video").press_sequentially("funf", delay=20)
    expect(tab.locator(".video-card")).to_have_count(1)
    expect(tab.locator(".video-card")).to_contain_text("Fünf Minuten Deutsch")
    assert "q=funf" in tab.url


def test_list_shows_a_new_video_without_being_asked(tab: Tab, studio: dict[str, Any]) -> None:
    open_list(tab, studio)
    create_video(team=studio["team"], title="Fresh from the oven", author=studio["user"])
    expect(tab.locator(".video-card", has_text="Fresh from the oven")).to_be_visible()
    Video.objects.filter(title="Fresh from the oven").delete()


def test_transcript_jumps_and_another_format_goes_on_there(tab: Tab, studio: dict[str, Any]) -> None:
    open_page(tab, f"/studio/{studio['slug']}/library/videos/{studio['video']}/")
    eventually(lambda: player(tab, "readyState") >= 1, within_s=10, what="the player")
    tab.get_by_role("button", name="Then the kitchen.").click()
    eventually(lambda: player(tab, "currentTime") >= 1, within_s=10, what="the jump")
    player(tab, "pause()")
    expect(tab.get_by_role("button", name="Then the kitchen.")).to_have_attribute("aria-current", "true")
    tab.get_by_role("link", name="1:1", exact=True).click()
    expect(tab.locator(".watch-frame.square")).to_be_visible()
    eventually(lambda: player(tab, "currentTime") >= 1, within_s=10, what="the same time")
    assert player(tab, "videoWidth") == 108


def test_words_are_edited_in_place_and_a_version_is_brought_back(tab: Tab, studio: dict[str, Any]) -> None:
    open_page(tab, f"/studio/{studio['slug']}/library/videos/{studio['video']}/")
    tab.get_by_role("link", name="Edit", exact=True).click()
    tab.get_by_label("Title", exact=True).fill("")
    tab.get_by_role("button", name="Save").click()
    expect(tab.get_by_text("This field is required.")).to_be_visible()
    expect(tab.get_by_label("Title", exact=True)).to_be_focused()
    tab.get_by_label("Title", exact=True).fill("Bread and memory")
    tab.get_by_role("button", name="Save").click()
    expect(tab.get_by_role("heading", level=1)).to_contain_text("Bread and memory")
    tab.get_by_role("link", name="Version 2").click()
    tab.get_by_role("button", name="Bring this version back").click()
    expect(tab.get_by_role("heading", level=1)).to_contain_text("Why your sourdough smells")
    expect(tab.get_by_text("brought back from version 2")).to_be_visible()
    expect(tab.locator("#dialog")).to_be_hidden()


def test_evidence_opens_beside_the_files(tab: Tab, studio: dict[str, Any]) -> None:
    open_page(tab, f"/studio/{studio['slug']}/library/videos/{studio['video']}/")
    for name in ("Video 16:9", "Video 1:1"):
        tab.get_by_role("link", name=name).click()
        expect(tab.locator("#dialog")).to_contain_text("Generated here")
        tab.get_by_role("button", name="Close").click()
        expect(tab.locator("#dialog")).to_be_hidden()


def test_upload_dialog_says_what_is_wrong_and_then_takes_the_file(tab: Tab, studio: dict[str, Any]) -> None:
    open_page(tab, f"/studio/{studio['slug']}/library/media/")
    tab.get_by_role("link", name="Upload").click()
    dialog = tab.locator("#dialog")
    dialog.locator("input[type=file]").set_input_files(
        {"name": "notes.png", "mimeType": "image/png", "buffer": b"just words"}
    )
    dialog.get_by_role("button", name="Upload").click()
    expect(dialog.get_by_text("not a picture that can be read")).to_be_visible()
    picture = tab.screenshot()
    dialog.locator("input[type=file]").set_input_files(
        {"name": "my_page.png", "mimeType": "image/png", "buffer": picture}
    )
    dialog.get_by_role("button", name="Upload").click()
    expect(tab.get_by_text("“my page” was uploaded.")).to_be_visible()
    expect(tab.locator(".media-card", has_text="my page").locator("img")).to_be_visible()
