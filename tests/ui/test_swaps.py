"""Parts that follow the socket: they are exchanged in silence, and never under somebody's hands."""

from typing import Any

from playwright.sync_api import Page as Tab
from playwright.sync_api import expect

from tests.ui import scenery
from tests.ui.conftest import Open

SCENERY = scenery.ground
RESYNC = "htmx.trigger(document.body, 'resync')"


def asks_again(tab: Tab, path: str) -> None:
    """What every live part does when the connection came back: it is fetched, and whatever follows is over."""
    with tab.expect_response(lambda answer: path in answer.url):
        tab.evaluate(RESYNC)
    expect(tab.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)


def test_part_that_is_fetched_again_leaves_what_was_typed_in_it(
    studio: dict[str, Any], open_browser: Open
) -> None:
    tab = open_browser(studio["user"]).new_page()
    path = f"/studio/{studio['slug']}/approvals/{studio['approval']}/"
    tab.goto(path, wait_until="networkidle")
    reason = tab.get_by_label("What you want to say about it")
    reason.fill("The second line names a guest.")
    asks_again(tab, path)
    expect(reason).to_have_value("The second line names a guest.")
    reason.fill("")
    tab.evaluate("document.getElementById('approval').dataset.old = '1'")
    asks_again(tab, path)
    expect(tab.locator("#approval[data-old]")).to_have_count(0)  # nothing typed: it is exchanged


def test_part_that_is_fetched_again_makes_no_button_busy(studio: dict[str, Any], open_browser: Open) -> None:
    tab = open_browser(studio["user"]).new_page()
    tab.goto(f"/studio/{studio['slug']}/approvals/{studio['approval']}/", wait_until="networkidle")
    tab.evaluate("document.getElementById('approval').classList.add('htmx-request')")
    button = tab.get_by_role("button", name="Approve")
    assert button.evaluate("button => getComputedStyle(button, '::after').content") == "none"
    tab.evaluate("document.querySelector('#approval form').classList.add('htmx-request')")
    assert button.evaluate("button => getComputedStyle(button, '::after').content") == '""'
