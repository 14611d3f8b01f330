"""Lists in the browser: filters in the address, back, the socket, a lost connection, and no script at all."""

import time
from threading import Thread
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect

from apps.jobs.models import JobStatus
from apps.jobs.services import tell_pages
from tests.ui.conftest import Open
from tests.ui.scenery import ground, job

SCENERY = ground
JOBS = "/studio/night-kitchen/jobs/"
FIRST_LOAD_LIMIT = 150_000


@pytest.fixture
def tab(studio: dict[str, Any], open_browser: Open) -> Tab:
    found: Tab = open_browser(studio["user"]).new_page()
    found.goto(JOBS)
    return found


@pytest.mark.spec("UI-03")
def test_filters_stand_in_the_address_and_back_undoes_them(tab: Tab) -> None:
    rows = tab.locator("tbody tr")
    before = rows.count()
    tab.get_by_label("Status", exact=True).select_option("dead")
    expect(rows).not_to_have_count(before)
    dead = rows.count()
    assert 0 < dead < before
    assert "status=dead" in tab.url
    tab.reload()
    expect(rows).to_have_count(dead)
    expect(tab.get_by_label("Status", exact=True)).to_have_value("dead")
    tab.go_back()
    expect(rows).to_have_count(before)


@pytest.mark.spec("UI-03")
def test_search_answers_while_typing_and_keeps_the_cursor(tab: Tab) -> None:
    box = tab.get_by_role("searchbox", name="Find a job")
    box.press_sequentially("take-3")
    expect(tab.locator("tbody tr")).to_have_count(1)
    expect(box).to_be_focused()
    expect(box).to_have_value("take-3")


def test_columns_are_sorted_by_their_heads(tab: Tab) -> None:
    tab.get_by_role("link", name="Job", exact=True).click()
    expect(tab.get_by_role("columnheader", name="Job")).to_have_attribute("aria-sort", "ascending")
    titles = tab.locator("tbody .row-link").all_inner_texts()
    assert titles == sorted(titles)
    assert "sort=title" in tab.url


@pytest.mark.spec("EVT-02")
@pytest.mark.spec("JOB-04")
def test_open_list_follows_the_socket(studio: dict[str, Any], tab: Tab) -> None:
    expect(tab.locator("html")).to_have_attribute("data-socket", "open")
    row = job(studio["team"], JobStatus.QUEUED, 40)
    tell_pages(row)
    expect(tab.get_by_role("link", name="Check take-40.mov")).to_be_visible()


@pytest.mark.spec("EVT-02")
def test_nothing_is_lost_that_happens_while_the_list_is_fetched(studio: dict[str, Any], tab: Tab) -> None:
    expect(tab.locator("html")).to_have_attribute("data-socket", "open")
    tab.wait_for_load_state("networkidle")

    def happen(number: int) -> None:
        tell_pages(job(studio["team"], JobStatus.QUEUED, number))
        connection.close()

    def hold(route: Any) -> None:
        answer = route.fetch()
        thread = Thread(target=happen, args=(51,))
        thread.start()
        thread.join()
        time.sleep(1.6)  # the word of it reaches the page before the answer that lacks it
        route.fulfill(response=answer)

    tab.route(f"**{JOBS}", hold, times=1)
    tell_pages(job(studio["team"], JobStatus.QUEUED, 50))
    expect(tab.get_by_role("link", name="Check take-50.mov")).to_be_visible()
    expect(tab.get_by_role("link", name="Check take-51.mov")).to_be_visible()


@pytest.mark.spec("EVT-02")
def test_page_tells_of_a_lost_connection_and_catches_up(
    studio: dict[str, Any], tab: Tab, open_browser: Open
) -> None:
    expect(tab.locator("html")).to_have_attribute("data-socket", "open")
    tab.evaluate("window.sockets = 0")
    tab.route_web_socket("**/ws/team/**", lambda socket: socket.close())
    other = open_browser(studio["user"]).new_page()
    other.route_web_socket("**/ws/team/**", lambda socket: socket.close(code=1011))
    other.goto(JOBS)
    expect(other.get_by_text("Reconnecting")).to_be_visible(timeout=15_000)
    job(studio["team"], JobStatus.QUEUED, 41)
    other.unroute_all()
    other.reload()
    expect(other.get_by_role("link", name="Check take-41.mov")).to_be_visible()
    expect(other.get_by_text("Reconnecting")).not_to_be_visible()


def test_ticks_outlive_a_fetched_list(studio: dict[str, Any], tab: Tab) -> None:
    tab.locator("[data-tick]").first.check()
    expect(tab.get_by_text("one job ticked")).to_be_visible()
    row = job(studio["team"], JobStatus.QUEUED, 42)
    tell_pages(row)
    expect(tab.get_by_role("link", name="Check take-42.mov")).to_be_visible()
    expect(tab.get_by_text("one job ticked")).to_be_visible()
    expect(tab.locator("[data-tick]:checked")).to_have_count(1)


def test_role_is_changed_in_place_and_a_toast_says_so(studio: dict[str, Any], tab: Tab) -> None:
    tab.goto("/studio/night-kitchen/team/")
    tab.get_by_role("link", name="Samir").click()
    dialog = tab.get_by_role("dialog")
    dialog.get_by_label("Role", exact=True).select_option("analyst")
    dialog.get_by_role("button", name="Change the role").click()
    expect(tab.get_by_text("Samir is now analyst.")).to_be_visible()
    tab.reload()
    expect(tab.get_by_role("row").filter(has_text="Samir")).to_contain_text("Analyst")


@pytest.mark.spec("UI-03")
def test_pages_work_without_script(studio: dict[str, Any], open_browser: Open) -> None:
    tab = open_browser(studio["user"], java_script_enabled=False).new_page()
    tab.goto(JOBS)
    tab.get_by_label("Status", exact=True).select_option("dead")
    tab.get_by_role("button", name="Apply").click()
    assert "status=dead" in tab.url
    tab.locator("tbody .row-link").first.click()
    assert "Trace" in tab.locator("main").inner_text()
    tab.get_by_role("button", name="Your account").click()
    assert tab.get_by_role("menuitem", name="Sign out").is_visible()


@pytest.mark.spec("UI-08")
def test_first_load_of_the_studio_is_light(studio: dict[str, Any], open_browser: Open) -> None:
    tab = open_browser(studio["user"]).new_page()
    answers: list[Any] = []
    tab.on("response", lambda answer: answers.append(answer))
    tab.goto("/studio/night-kitchen/", wait_until="networkidle")
    kinds = ("script", "stylesheet")
    sizes = {answer.url: len(answer.body()) for answer in answers if answer.request.resource_type in kinds}
    assert len(sizes) > 5
    assert sum(sizes.values()) < FIRST_LOAD_LIMIT


def test_offline_page_is_shown_when_the_studio_is_gone(studio: dict[str, Any], open_browser: Open) -> None:
    context = open_browser(studio["user"], service_workers="allow")
    tab = context.new_page()
    tab.goto("/studio/night-kitchen/")
    tab.evaluate("navigator.serviceWorker.ready.then(() => true)")
    tab.wait_for_function("navigator.serviceWorker.controller !== null")
    context.set_offline(True)
    tab.goto("/studio/night-kitchen/team/")
    expect(tab.get_by_role("heading", name="No connection to the studio")).to_be_visible()
    assert tab.evaluate("getComputedStyle(document.querySelector('.bare-panel')).borderRadius") == "16px"
    context.complaints[:] = [line for line in context.complaints if "ERR_INTERNET_DISCONNECTED" not in line]
