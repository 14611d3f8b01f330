"""Every page in a real browser, light on a wide screen and dark on a phone: accessible, quiet, still."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page as Tab

from apps.accounts.models import User
from tests.ui.conftest import PHONE, WIDE, Open
from tests.ui.pages import PAGES, Page

AXE = Path(settings.BASE_DIR) / "node_modules/axe-core/axe.min.js"
SHIFT_LIMIT = 0.05
TABLET = (820, 1180)
WATCH_SHIFTS = """
    window.shift = 0;
    window.moved = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        if (entry.hadRecentInput) continue;
        window.shift += entry.value;
        for (const { node, previousRect: from, currentRect: to } of entry.sources)
          window.moved.push(`${node?.id || node?.className || node?.nodeName} ${JSON.stringify([from, to])}`);
      }
    }).observe({ type: "layout-shift", buffered: true });
"""
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# As it stands: without what the browser would ask for first, and without the question before it.
SEND = "(address) => [...document.forms].find((form) => new URL(form.action).pathname === address).submit()"
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def violations(tab: Tab) -> list[str]:
    """What axe finds: the rule, and where."""
    tab.evaluate(AXE.read_text())
    found = tab.evaluate(f"axe.run(document, {json.dumps(RULES)})")["violations"]
    return [f"{rule['id']}: {' · '.join(node['target'][0] for node in rule['nodes'])}" for rule in found]


def moved(tab: Tab) -> list[str]:
    """What moved while the page was opened, where that is more than a person would bear."""
    return tab.evaluate("window.moved") if tab.evaluate("window.shift") >= SHIFT_LIMIT else []


def visitor(page: Page, names: dict[str, Any]) -> User | None:
    return names[page.who] if page.signed_in else None


def visit(tab: Tab, page: Page, names: dict[str, Any]) -> int:
    """Open the page, send its form where that is meant, and wait until it is quiet; returns the status."""
    tab.add_init_script(WATCH_SHIFTS)
    answer = tab.goto(page.path.format(**names), wait_until="load")
    if page.sends:
        with tab.expect_navigation(wait_until="load") as sent:
            tab.evaluate(SEND, page.sends.format(**names))
        answer = sent.value
    tab.wait_for_timeout(250)
    assert answer is not None
    return answer.status


@pytest.mark.spec("UI-05")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_page_is_accessible_quiet_and_still(page: Page, studio: dict[str, Any], open_browser: Open) -> None:
    found = {}
    for size, theme in ((WIDE, "light"), (PHONE, "dark")):
        context = open_browser(visitor(page, studio), size=size, theme=theme, halfway=page.halfway)
        tab = context.new_page()
        status = visit(tab, page, studio)
        shifts = moved(tab)
        found[size[0]] = (status, violations(tab), max(0, tab.evaluate(TOO_WIDE)), shifts)
    assert found == {1440: (page.status, [], 0, []), 390: (page.status, [], 0, [])}


@pytest.mark.skipif(not os.environ.get("SCREENSHOTS"), reason="only for `python -m tests.ui.screenshots`")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_page_is_pictured(page: Page, studio: dict[str, Any], open_browser: Open) -> None:
    folder = Path(os.environ["SCREENSHOTS"])
    folder.mkdir(parents=True, exist_ok=True)
    context = open_browser(visitor(page, studio), halfway=page.halfway, reduced_motion="reduce")
    tab = context.new_page()
    assert visit(tab, page, studio) == page.status
    for width, height in (PHONE, TABLET, WIDE):
        tab.set_viewport_size({"width": width, "height": height})
        for theme in ("light", "dark"):
            tab.emulate_media(color_scheme=theme)
            tab.screenshot(path=folder / f"{page.name}-{width}-{theme}.png", full_page=True)
    context.complaints.clear()  # Playwright writes styles for the pictures
