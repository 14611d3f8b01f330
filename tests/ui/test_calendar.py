"""The calendar in the browser: posts are dragged to another day and put back, or moved by the keyboard."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect

from apps.publishing import clock
from apps.publishing.models import Post
from tests.ui.conftest import Open
from tests.ui.planning_scenery import build_planning
from tests.ui.scenery import ground

CALENDAR = "/studio/night-kitchen/posts/calendar/?view=week"


def SCENERY() -> dict[str, Any]:  # noqa: N802 – its name is what the fixture looks for
    names = ground()
    return {**names, **build_planning(names["team"], names["user"])}


@pytest.fixture
def tab(studio: dict[str, Any], open_browser: Open) -> Tab:
    found: Tab = open_browser(studio["user"]).new_page()
    return found


def planned(studio: dict[str, Any], title: str) -> tuple[Post, str, str]:
    """A post of its own in the week that begins next, with its day there and the one after."""
    post = Post.objects.get(pk=studio["planned_post"])
    day = clock.on_clock(timezone.now(), post.team.time_zone).date()
    day += timedelta(days=7 - day.weekday())
    at = clock.on_day(post.due_at or timezone.now(), post.zone, day)
    fresh = Post(team=post.team, video=post.video, title=title, due_at=at, zone=post.zone, status="scheduled")
    fresh.save(force_insert=True)
    for target in Post.objects.get(pk=studio["planned_post"]).targets.all():
        fresh.targets.create(
            team=fresh.team, connection=target.connection, asset=target.asset, status="scheduled", due_at=at
        )
    return fresh, f"{day:%Y-%m-%d}", f"{day + timedelta(days=1):%Y-%m-%d}"


@pytest.mark.spec("PUB-07")
def test_post_is_dragged_to_another_day_and_put_back(studio: dict[str, Any], tab: Tab) -> None:
    post, day, next_day = planned(studio, "Dragged")
    tab.goto(f"{CALENDAR}&day={day}")
    expect(tab.locator("html")).to_have_attribute("data-socket", "open")
    tab.wait_for_load_state("networkidle")  # what is asked for once the socket is open would end the drag
    entry = tab.locator(".cal-entry", has_text="Dragged")
    expect(tab.locator("[data-entries][data-ready]").first).to_be_attached()
    entry.locator(".cal-time").drag_to(tab.locator(f'[data-day="{next_day}"] [data-entries]'))
    expect(tab.locator(f'[data-day="{next_day}"] .cal-entry', has_text="Dragged")).to_be_visible()
    expect(tab.get_by_role("button", name="Undo")).to_be_visible()
    tab.get_by_role("button", name="Undo").click()
    expect(tab.locator(f'[data-day="{day}"] .cal-entry', has_text="Dragged")).to_be_visible()
    before = post.due_at
    post.refresh_from_db()
    assert post.due_at == before


@pytest.mark.spec("PUB-07", "UI-05")
def test_post_is_moved_by_the_keyboard(studio: dict[str, Any], tab: Tab) -> None:
    _, day, next_day = planned(studio, "Typed")
    tab.goto(f"{CALENDAR}&day={day}")
    tab.get_by_role("link", name="Move “Typed”").focus()
    tab.keyboard.press("Enter")
    dialog = tab.get_by_role("dialog")
    expect(dialog.get_by_label("Date and time")).to_be_focused()
    dialog.get_by_label("Date and time").fill(f"{next_day}T10:15")
    tab.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(tab.locator(f'[data-day="{next_day}"] .cal-entry', has_text="Typed")).to_contain_text("10:15")


@pytest.mark.spec("UI-05")
def test_focus_stays_where_it_is_when_the_calendar_is_asked_for_again(
    studio: dict[str, Any], tab: Tab
) -> None:
    _, day, _ = planned(studio, "Kept")
    tab.goto(f"{CALENDAR}&day={day}")
    tab.wait_for_load_state("networkidle")
    link = tab.get_by_role("link", name="Move “Kept”")
    link.focus()
    tab.evaluate("document.getElementById('calendar').dataset.before = '1'")
    tab.evaluate("document.body.dispatchEvent(new CustomEvent('resync'))")
    expect(tab.locator("#calendar[data-before]")).not_to_be_attached()
    expect(link).to_be_focused()


@pytest.mark.spec("PUB-07")
def test_press_on_an_empty_day_writes_a_post_for_it(studio: dict[str, Any], tab: Tab) -> None:
    _, day, _ = planned(studio, "Beside")
    tab.goto(f"{CALENDAR}&day={day}")
    empty = tab.locator(".cal-day.bare").last
    wanted = empty.get_attribute("data-day")
    empty.click(position={"x": 20, "y": 200})
    tab.wait_for_url(f"**/posts/new/?due={wanted}T09*")


@pytest.mark.spec("PUB-07")
def test_refresh_in_the_middle_of_a_drag_waits_until_it_is_let_go(studio: dict[str, Any], tab: Tab) -> None:
    _, day, next_day = planned(studio, "Held")
    tab.goto(f"{CALENDAR}&day={day}")
    tab.wait_for_load_state("networkidle")
    expect(tab.locator("[data-entries][data-ready]").first).to_be_attached()
    tab.locator(".cal-entry", has_text="Held").locator(".cal-time").hover()
    tab.mouse.down()
    tab.locator(f'[data-day="{next_day}"] [data-entries]').hover()
    tab.evaluate("document.getElementById('calendar').dataset.before = '1'")
    with tab.expect_response(lambda answer: "/posts/calendar/" in answer.url):
        tab.evaluate("document.body.dispatchEvent(new CustomEvent('resync'))")
    tab.locator(f'[data-day="{next_day}"] [data-entries]').hover()
    expect(tab.locator("#calendar[data-before]")).to_be_attached()
    tab.mouse.up()
    expect(tab.locator(f'[data-day="{next_day}"] .cal-entry', has_text="Held")).to_be_visible()
    expect(tab.locator("#calendar[data-before]")).not_to_be_attached()
    expect(tab.get_by_role("button", name="Undo")).to_be_visible()
