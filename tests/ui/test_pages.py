"""Every page in a real browser, light on a wide screen and dark on a phone: accessible, quiet, still."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser
from playwright.sync_api import Page as Tab

from apps.accounts.models import User
from tests.ui.conftest import PHONE, WIDE, Open, complaints_of, new_window, sign_in
from tests.ui.pages import PAGES, Page
from tests.ui.shifts import WATCH_SHIFTS, moved

AXE = Path(settings.BASE_DIR) / "node_modules/axe-core/axe.min.js"
TABLET = (820, 1180)
SIZES = ((WIDE, "light"), (PHONE, "dark"))
RULES = {
    "resultTypes": ["violations"],  # what is in order need not be described
    "preload": {"assets": ["media"]},  # none of these rules asks for the style sheets
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
# As it stands: without what the browser would ask for first, and without the question before it.
SEND = "(address) => [...document.forms].find((form) => new URL(form.action).pathname === address).submit()"
STILL = "/healthz"  # asks for nothing, while the last page may still ask as somebody who has left it
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def violations(tab: Tab) -> list[str]:
    """What axe finds: the rule, and where."""
    tab.evaluate(AXE.read_text())
    found = tab.evaluate(f"axe.run(document, {json.dumps(RULES)})")["violations"]
    return [f"{rule['id']}: {' · '.join(node['target'][0] for node in rule['nodes'])}" for rule in found]


def visitor(page: Page, names: dict[str, Any]) -> User | None:
    return names[page.who] if page.signed_in else None


def visit(tabs: list[Tab], page: Page, names: dict[str, Any]) -> list[int]:
    """Open the page in all tabs, send its form where that is meant, wait until it is quiet; returns the statuses."""
    answers: list[Any] = [tab.goto(page.path.format(**names), wait_until="commit") for tab in tabs]
    for number, tab in enumerate(tabs):
        tab.wait_for_load_state("load")
        if page.sends:
            with tab.expect_navigation(wait_until="load") as sent:
                tab.evaluate(SEND, page.sends.format(**names))
            answers[number] = sent.value
    tabs[0].wait_for_timeout(250)
    return [answer.status for answer in answers]


@pytest.fixture(scope="module")
def windows(chromium: Browser, address: str) -> Iterator[list[Tab]]:
    """A wide and light and a narrow and dark one, for all pages: to open a window takes longer than to open a page."""
    contexts = [new_window(chromium, address, size=size, theme=theme) for size, theme in SIZES]
    for context in contexts:
        context.add_init_script(WATCH_SHIFTS)
    tabs = [context.new_page() for context in contexts]
    for tab in tabs:
        network = tab.context.new_cdp_session(tab)
        # As on a first visit: what comes late is what moves things.
        network.send("Network.enable")
        network.send("Network.setCacheDisabled", {"cacheDisabled": True})
    yield tabs
    for context in contexts:
        context.close()


@pytest.fixture
def tabs(
    db: None, windows: list[Tab], page: Page, studio: dict[str, Any], address: str
) -> Iterator[list[Tab]]:
    """Both windows as the page's visitor has them. Console errors fail the test at its end."""
    user = visitor(page, studio)
    for tab in windows:
        context: Any = tab.context
        tab.goto(STILL)
        context.complaints.clear()
        context.clear_cookies()
        if user is not None:
            sign_in(context, user, address, halfway=page.halfway)
    yield windows
    assert [complaint for tab in windows for complaint in complaints_of(tab.context)] == []


@pytest.mark.spec("UI-05")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_page_is_accessible_quiet_and_still(page: Page, studio: dict[str, Any], tabs: list[Tab]) -> None:
    statuses, found = visit(tabs, page, studio), {}
    for tab, status, (size, _) in zip(tabs, statuses, SIZES, strict=True):
        shifts = moved(tab)
        found[size[0]] = (status, violations(tab), max(0, tab.evaluate(TOO_WIDE)), shifts)
    assert found == {1440: (page.status, [], 0, []), 390: (page.status, [], 0, [])}


@pytest.mark.skipif(not os.environ.get("SCREENSHOTS"), reason="only for `python -m tests.ui.screenshots`")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_page_is_pictured(page: Page, studio: dict[str, Any], open_browser: Open) -> None:
    folder = Path(os.environ["SCREENSHOTS"])
    folder.mkdir(parents=True, exist_ok=True)
    for size in (PHONE, TABLET, WIDE):
        for theme in ("light", "dark"):
            context = open_browser(visitor(page, studio), size=size, theme=theme, halfway=page.halfway)
            tab = context.new_page()
            assert visit([tab], page, studio) == [page.status]
            tab.screenshot(path=folder / f"{page.name}-{size[0]}-{theme}.png", full_page=True)
            context.complaints.clear()  # Playwright writes styles for the picture
