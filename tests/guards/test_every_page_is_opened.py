"""Every page of the product is opened by the browser tests: in light and dark, wide and narrow, and by axe."""

from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, resolve

from apps.accounts.models import User
from apps.teams.models import Membership, Team
from apps.teams.roles import Role
from tests.conftest import signed_in_with_factor
from tests.guards.estate import estate
from tests.guards.test_access_walk import path_of
from tests.guards.test_addresses import patterns
from tests.guards.test_doors import NO_SUCH_METHOD
from tests.guards.tree import check
from tests.ui.pages import PAGES

ANY_ID = "01920000-0000-7000-8000-000000000000"
NUMBERS = {"record": "1", "event": "1"}
# What answers GET with something that nobody looks at as a page of its own.
NO_PAGES = {
    "account_confirm_login_code": "codes by mail are not a way to sign in here: it only sends to the sign-in",
    "account_reauthenticate": "sends to the page that asks for the factor or the password",
    "accounts:picture": "a file, where there is one",
    "connections:strikes": "a part of the channel's page: what stands against it",
    "core:mail": "the mailbox page with a letter open; the letters are files of an installation of one's own",
    "core:start": "sends everybody to where they belong",
    "creation:estimate": "a part of the page that begins a run, fetched while its form is filled in",
    "follow_link": "sends visitors on to a shop",
    "google_callback": "where Google sends people back to, with a secret; it shows nothing of its own",
    "google_login_by_token": "asked by scripts; it shows nothing of its own",
    "library:thumbnail_preview": "a picture, or the sentence that says why there is none",
    "incoming:hook": "answers programs",
    "library:transcribe": "a part of the captions' page: how far the writing down of the speech is",
    "library:words": "the title and description of a video while they are edited, a part of its page",
    "media:file": "the bytes of a file, for a content delivery network",
    "notifications:bell": "a part of every page: how many notices are unread",
    "notifications:open": "marks the notice as read and goes to what it is about",
    "privacy:download": "a file, where there is one",
    "publishing:find_videos": "a part of the composer: other videos to choose from",
    "publishing:times": "a part of the composer: good times for the channels that are ticked",
    "publishing:playlists": "a part of the composer: the playlists of a channel",
    "review:file": "the bytes of a video that a guest looks at",
    "sandbox:file": "a film, where one was posted to the sandbox",
    "sandbox:stand_in": "answers programs as an outside platform does",
    "sandbox:thumbnail": "a picture, where one was posted to the sandbox",
    "socialaccount_signup": "only between the answer of another service and the account",
    "team:home_panel": "a part of the home page, fetched again when something happens",
}
# Whole trees of which some pages stand for all.
STANDS_FOR_ALL = {"admin:": "Django's own pages for each table; its index is opened"}


class AnyNames(dict[str, str]):
    """Something that fits for every name in an address."""

    def __missing__(self, name: str) -> str:
        return NUMBERS.get(name, ANY_ID)


def opened() -> set[str]:
    """The names of the views that some entry of `pages.py` opens, or sends a form to."""
    paths = [path for page in PAGES for path in (page.path, page.sends) if path]
    return {
        resolve(path.format_map(AnyNames()).partition("?")[0]).view_name
        for path in paths
        if path != "/nowhere/"
    }


def is_page(client: Client, path: str) -> bool:
    """Whether GET is answered with something that may be a page: no file, no data, no refusal of the method."""
    answer: Any = client.get(path)
    is_html = str(answer.get("Content-Type", "")).startswith("text/html")
    return answer.status_code != NO_SUCH_METHOD and (answer.status_code != 200 or is_html)


@pytest.mark.spec("UI-05")
@pytest.mark.django_db
def test_every_page_is_opened_by_the_browser_tests(team: Team, operator: User) -> None:
    """An operator who owns the team may open everything; what is only ever sent to is no page."""
    Membership.objects.create(team=team, user=operator, role=Role.OWNER)
    client, things, seen = signed_in_with_factor(operator), estate(team), opened()
    found = {
        name
        for address, name, _ in patterns(get_resolver())
        if name not in seen
        and not name.startswith(tuple(STANDS_FOR_ALL))
        and is_page(client, path_of(address, name, things))
    }
    check(found, NO_PAGES)


def test_every_tree_has_pages_that_stand_for_it() -> None:
    names = opened()
    check(
        {prefix for prefix in STANDS_FOR_ALL if any(name.startswith(prefix) for name in names)},
        STANDS_FOR_ALL,
    )
