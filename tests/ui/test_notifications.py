"""Notifications in the browser: the bell follows the socket, list and table answer at once, a browser connects."""

import base64
import json
from threading import Thread
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect

from apps.notifications.channels.sealing import point_of
from apps.notifications.models import Contact
from apps.notifications.services import notify
from tests.notifications.counterparts import PushService
from tests.ui.conftest import Open
from tests.ui.notification_scenery import build_notifications
from tests.ui.scenery import ground

CENTRE = "/studio/night-kitchen/notifications/"


def build() -> dict[str, Any]:
    names = ground()
    return {**names, **build_notifications(names["team"], names["user"])}


SCENERY = build


def in_a_thread(function: Any) -> None:
    """Playwright's event loop runs in this one, where Django would refuse to send to open pages."""

    def work() -> None:
        function()
        connection.close()

    thread = Thread(target=work)
    thread.start()
    thread.join()


@pytest.mark.spec("NTF-01")
def test_bell_counts_up_while_the_page_is_open_and_down_when_something_is_read(
    studio: dict[str, Any], open_browser: Open
) -> None:
    tab: Tab = open_browser(studio["user"]).new_page()
    tab.goto("/studio/night-kitchen/jobs/")
    count = tab.locator(".bell-count")
    expect(count).to_have_text("5")
    in_a_thread(lambda: notify("video.ready", team=studio["team"], title="“Fresh bread” is ready"))
    expect(count).to_have_text("6")
    tab.locator("#bell").click()
    tab.get_by_role("button", name="Mark as read: “Fresh bread” is ready").click()
    expect(count).to_have_text("5")
    row = tab.locator(".notice", has_text="Maintenance on Sunday")
    row.get_by_role("button", name="Dismiss").click()
    expect(row).to_have_count(0)
    tab.get_by_role("button", name="Undo").click()
    expect(row).to_have_count(1)


@pytest.mark.spec("NTF-03")
def test_table_of_preferences_keeps_each_tick_without_a_button(
    studio: dict[str, Any], open_browser: Open
) -> None:
    tab: Tab = open_browser(studio["user"]).new_page()
    tab.goto(f"{CENTRE}preferences/")
    box = tab.get_by_role("checkbox", name="A video is ready: E-mail")
    box.check()
    expect(tab.locator("[data-wishes-state]")).to_have_text("Saved.")
    tab.reload()
    expect(box).to_be_checked()


@pytest.mark.spec("NTF-02")
def test_browser_is_connected_with_a_press(studio: dict[str, Any], open_browser: Open) -> None:
    """The push service itself is out of reach of tests: its subscription is handed to the page."""
    browser = PushService(sender="")
    keys = {
        "p256dh": base64.urlsafe_b64encode(point_of(browser.key.public_key())).decode(),
        "auth": base64.urlsafe_b64encode(browser.auth).decode(),
    }
    given = json.dumps({"endpoint": "https://push.example/abc", "keys": keys})
    context = open_browser(studio["user"], service_workers="allow")
    context.grant_permissions(["notifications"])
    context.add_init_script(f"PushManager.prototype.subscribe = async () => ({given})")
    tab: Tab = context.new_page()
    tab.goto(f"{CENTRE}channels/")
    tab.get_by_role("button", name="Connect this browser").click()
    expect(tab.get_by_text("This browser is connected.")).to_be_visible()
    made = Contact.objects.get(channel="push", label="Chrome on Linux")
    assert json.loads(made.address)["endpoint"] == "https://push.example/abc"
