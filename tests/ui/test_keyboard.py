"""Menus, dialogs and the command box without a mouse (UI-01, UI-05)."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect

from apps.jobs.models import Job
from tests.ui.conftest import PHONE, Open
from tests.ui.scenery import ground

SCENERY = ground
HOME = "/studio/night-kitchen/"


def focused(tab: Tab) -> str:
    """The words or the label of what has the focus."""
    return str(
        tab.evaluate(
            "document.activeElement.getAttribute('aria-label') || document.activeElement.innerText"
        ).strip()
    )


@pytest.fixture
def tab(studio: dict[str, Any], open_browser: Open) -> Tab:
    found: Tab = open_browser(studio["user"]).new_page()
    found.goto(HOME)
    return found


@pytest.mark.spec("UI-01")
def test_command_box_goes_to_a_page_and_finds_a_job_by_name(tab: Tab) -> None:
    tab.keyboard.press("Control+k")
    box = tab.get_by_role("combobox", name="Search and commands")
    expect(box).to_be_focused()
    tab.keyboard.type("aud")
    expect(tab.get_by_role("option").first).to_have_attribute("aria-selected", "true")
    tab.keyboard.press("Enter")
    expect(tab).to_have_url(re.compile(r"/studio/night-kitchen/audit/$"))

    tab.keyboard.press("Control+k")
    tab.keyboard.type("take-2")
    expect(tab.get_by_role("option", name="Check take-2.mov")).to_be_visible()
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("ArrowUp")
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("heading", level=1)).to_contain_text("Check take-2.mov")


def test_command_box_says_when_nothing_is_found_and_closes_with_escape(tab: Tab) -> None:
    tab.get_by_role("button", name="Search or go to").click()
    tab.keyboard.type("zzzz")
    expect(tab.get_by_text("Nothing found")).to_be_visible()
    tab.keyboard.press("Escape")
    expect(tab.locator("#palette")).not_to_be_visible()


@pytest.mark.spec("UI-01")
def test_menu_is_walked_with_arrows_and_left_with_escape(tab: Tab) -> None:
    button = tab.locator("#person-menu-button")
    button.focus()
    walked = []
    for key in ("ArrowDown", "ArrowDown", "End", "ArrowDown", "ArrowUp", "d"):
        tab.keyboard.press(key)
        walked.append(focused(tab))
    first, last = "Profile and settings", "Sign out"
    assert walked == [first, "Password", last, first, last, "Dark"]
    expect(button).to_have_attribute("aria-expanded", "true")
    tab.keyboard.press("Escape")
    expect(tab.locator("#person-menu")).not_to_be_visible()
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "false")


def test_menu_takes_keys_that_follow_each_other_at_once(tab: Tab) -> None:
    walked = tab.evaluate("""() => {
        document.getElementById("person-menu-button").focus();
        return ["ArrowDown", "ArrowDown", "End"].map((key) => {
            document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
            return document.activeElement.innerText.trim();
        });
    }""")
    assert walked == ["Profile and settings", "Password", "Sign out"]


def test_theme_changes_at_once_and_stays(tab: Tab) -> None:
    with tab.expect_response("**/accounts/theme/"):
        tab.locator("#person-menu-button").click()
        tab.get_by_role("menuitemradio", name="Dark").click()
    assert tab.evaluate("document.documentElement.dataset.theme") == "dark"
    tab.reload()
    assert tab.evaluate("document.documentElement.dataset.theme") == "dark"
    assert tab.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
    with tab.expect_response("**/accounts/theme/"):
        tab.locator("#person-menu-button").click()
        tab.get_by_role("menuitemradio", name="As the device").click()


def test_dialog_takes_the_focus_and_gives_it_back(tab: Tab) -> None:
    tab.goto("/styleguide/")
    opener = tab.get_by_role("button", name="Dialog", exact=True)
    opener.focus()
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("dialog", name="Rename the video")).to_be_visible()
    expect(tab.get_by_label("Title", exact=True)).to_be_focused()
    tab.keyboard.press("Escape")
    expect(opener).to_be_focused()


def test_event_opens_in_the_dialog_and_its_address_works_as_a_page(tab: Tab) -> None:
    tab.goto(f"{HOME}events/")
    row = tab.locator(".row-link").first
    name, address = row.inner_text(), row.get_attribute("href")
    row.focus()
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("dialog", name=name)).to_be_visible()
    tab.keyboard.press("Escape")
    tab.goto(str(address))
    expect(tab.get_by_role("heading", level=1, name=name)).to_be_visible()


def test_question_before_cancelling_can_be_answered_no(studio: dict[str, Any], tab: Tab) -> None:
    tab.goto(f"{HOME}jobs/{studio['running']}/")
    tab.get_by_role("button", name="Cancel", exact=True).press("Enter")
    expect(tab.get_by_role("button", name="Go back")).to_be_focused()
    tab.keyboard.press("Enter")
    expect(tab.locator("#question")).not_to_be_visible()
    assert Job.objects.get(pk=studio["running"]).cancel_requested is False


def test_side_bar_narrows_and_stays_narrow(tab: Tab) -> None:
    tab.get_by_role("button", name="Collapse").press("Enter")
    width = tab.locator("#side").bounding_box()
    tab.reload()
    assert tab.locator("#side").bounding_box() == width
    assert width is not None
    assert width["width"] < 64
    expect(tab.get_by_role("link", name="Jobs", exact=True)).to_have_attribute("title", "Jobs")


@pytest.mark.spec("UI-01")
def test_side_bar_is_a_sheet_on_a_phone(studio: dict[str, Any], open_browser: Open) -> None:
    tab = open_browser(studio["user"], size=PHONE).new_page()
    tab.goto(HOME)
    link = tab.get_by_role("link", name="Team", exact=True)
    expect(link).not_to_be_visible()
    tab.get_by_role("button", name="Open the menu").press("Enter")
    expect(link).to_be_visible()
    link.press("Enter")
    expect(tab).to_have_url(re.compile(r"/team/$"))


def test_skip_link_comes_first_and_leads_to_the_content(tab: Tab) -> None:
    tab.keyboard.press("Tab")
    assert focused(tab) == "Skip to the content"
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "content"


def test_scenes_are_sorted_with_the_arrow_keys(tab: Tab) -> None:
    tab.goto("/styleguide/")
    handle = tab.get_by_role("button", name="Scene 1")
    handle.press("ArrowRight")
    expect(handle).to_be_focused()
    assert tab.locator("input[name=order]").input_value() == "scene-2,scene-1,scene-3"
    expect(tab.locator("[data-sortable-say]")).to_have_text("Scene 1 is now number 2 of 3")


def test_wrong_field_gets_the_focus_after_a_refused_form(tab: Tab) -> None:
    tab.goto(f"{HOME}team/settings/")
    name = tab.get_by_label("Name of the team")
    name.fill(" ")
    with tab.expect_navigation():
        name.press("Enter")
    expect(tab.get_by_label("Name of the team")).to_be_focused()
    expect(tab.get_by_text("This field is required.")).to_be_visible()


def test_unsaved_changes_are_asked_about(tab: Tab) -> None:
    tab.goto(f"{HOME}team/settings/")
    tab.get_by_label("Name of the team").press_sequentially("x")
    asked: list[str] = []
    tab.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    tab.goto(f"{HOME}team/")
    assert asked == ["beforeunload"]
