"""A real Chromium on the real server. Each test gets a studio with something in it, and a signed-in browser."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import override_settings
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from apps.accounts.models import User
from tests.accounts.people import give_password
from tests.browser import launch_options
from tests.conftest import entered
from tests.database import restore
from tests.ui import scenery
from tests.ui.server import running_server

WIDE, PHONE = (1440, 900), (390, 844)

Open = Callable[..., BrowserContext]
expect.set_options(timeout=20_000)  # a busy machine is slow, not wrong


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent.name == "ui" and not item.get_closest_marker("no_browser"):
            item.add_marker(pytest.mark.browser)


@pytest.fixture
def db() -> None:
    """Stands for pytest-django's own, which would hide rows from the server in a transaction.

    Its name in a test's fixtures is what makes pytest-django set up the test database at all.
    """


@pytest.fixture(scope="session")
def address(django_db_setup: None) -> Iterator[str]:
    with running_server() as found:
        yield found


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    # Playwright keeps an event loop on this thread, which Django takes for a coroutine: queries here are fine.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())
        yield browser
        browser.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="module")
def studio(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any
) -> Iterator[dict[str, Any]]:
    """A team with rows, made once for the module by its `SCENERY` (default: all), and sockets that reach the server."""
    build = getattr(request.module, "SCENERY", scenery.build)
    address = {"address": settings.REDIS_URL, "socket_timeout": None}
    layer = {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": {"hosts": [address]}}
    with django_db_blocker.unblock(), override_settings(CHANNEL_LAYERS={"default": layer}):
        restore()
        try:
            yield build()
        finally:
            restore()


@pytest.fixture
def open_browser(db: None, chromium: Browser, address: str) -> Iterator[Open]:
    """Opens a browser window: `open_browser(user, size=…, theme=…)`. Console errors fail the test at its end.

    With `halfway=True` the person has given their password, and no second factor yet.
    """
    contexts: list[BrowserContext] = []

    def open_(user: User | None = None, *, halfway: bool = False, **looks: Any) -> Any:
        contexts.append(new_window(chromium, address, **looks))
        if user is not None:
            sign_in(contexts[-1], user, address, halfway=halfway)
        return contexts[-1]

    yield open_
    found = [complaint for context in contexts for complaint in complaints_of(context)]
    for context in contexts:
        context.close()
    assert found == []


def new_window(
    chromium: Browser, address: str, *, size: tuple[int, int] = WIDE, theme: str = "light", **more: Any
) -> Any:
    """A browser window that remembers nothing; its `complaints` are what its pages say on the console."""
    context: Any = chromium.new_context(
        base_url=address,
        viewport={"width": size[0], "height": size[1]},
        color_scheme=theme,
        service_workers=more.pop("service_workers", "block"),
        **more,
    )
    complaints: list[str] = []
    context.on("console", lambda message: _note(complaints, message))
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    context.complaints = complaints
    return context


def sign_in(context: BrowserContext, user: User, address: str, *, halfway: bool = False) -> None:
    """Give the window a new session of this person."""
    cache.clear()  # counts how often an address may be sent a code
    client = give_password(user) if halfway else entered(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": address}])


def complaints_of(context: Any) -> list[str]:
    """What a window complained of so far; requests that its closing cuts off are no fault of the page."""
    for tab in context.pages:
        tab.title()  # an answer from the page comes after all that it said before
    return list(context.complaints)


def _note(complaints: list[str], message: Any) -> None:
    if message.type not in ("error", "warning") or "Service Worker" in message.text:
        return
    if (
        "the server responded with a status of 4" in message.text
    ):  # the page under test answered so on purpose
        return
    if "closed before the connection is established" in message.text:  # the test left the page at once
        return
    complaints.append(f"{message.type}: {message.text} ({message.location.get('url')})")
