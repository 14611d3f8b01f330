"""Every address of the studio with the things of another team in it: nothing is reached by its id.

Who may open which address at all is in test_access_walk.py.
"""

import re
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import get_resolver, reverse

from apps.accounts.models import User
from apps.teams.models import Team
from apps.teams.roles import Permission
from tests.guards.estate import NOT_OBJECTS, estate
from tests.guards.test_addresses import STUDIO, patterns
from tests.guards.tree import check

NO_SUCH_METHOD = 405
NAME_IN_ADDRESS = re.compile(r"<\w+:(\w+)>")
MEANT = {
    ("audit:export", "name"): "export_format",
    ("operate_audit:export", "name"): "export_format",
    ("connections:change_target", "connection_id"): "rtmp_id",
    ("connections:change_jitsi", "connection_id"): "jitsi_id",
    ("connections:start", "slug"): "platform",
    ("library:delete_media", "asset_id"): "media_id",
    ("library:restore_media", "asset_id"): "deleted_media_id",
    ("library:make_cover", "asset_id"): "thumbnail_id",
    ("library:remove_thumbnail", "asset_id"): "thumbnail_id",
    ("providers:restore_key", "key_id"): "deleted_key_id",
}
# (view, argument) where what the address names is the product's or nobody's, and so no secret.
ANYBODYS: dict[str, str] = {}


def studio() -> list[tuple[str, Permission, list[str]]]:
    """(name, permission, names in the address) of every address of the studio."""
    return [
        (name, view.permission, NAME_IN_ADDRESS.findall(address))
        for address, name, view in patterns(get_resolver())
        if address.startswith(STUDIO)
    ]


def filled(name: str, names: list[str], things: dict[str, Any]) -> dict[str, Any]:
    """The arguments of an address from an estate; some mean another thing by the same name."""
    return {key: things[MEANT.get((name, key), key)] for key in names}


def answers(client: Client, name: str, arguments: dict[str, Any]) -> dict[str, HttpResponseBase]:
    """What GET and POST are answered with, where they are known at all."""
    address = reverse(name, kwargs=arguments)
    both = {}
    for method in ("GET", "POST"):
        before = transaction.savepoint()
        both[method] = client.generic(method, address)
        transaction.savepoint_rollback(before)  # what one call changes, the next does not see
    known = {method: answer for method, answer in both.items() if answer.status_code != NO_SUCH_METHOD}
    assert known, f"{name} answers neither GET nor POST"
    return known


def codes(client: Client, name: str, arguments: dict[str, Any]) -> set[int]:
    return {answer.status_code for answer in answers(client, name, arguments).values()}


@pytest.fixture
def own(team: Team, alice: User) -> dict[str, Any]:
    return estate(team)


@pytest.mark.spec("TEM-01")
@pytest.mark.django_db
def test_no_address_reaches_another_team_s_things(
    own: dict[str, Any], alice_client: Client, charlie: User
) -> None:
    """Each name in an address is replaced, one at a time, by the same thing of another team."""
    other = estate(Team.objects.get(members=charlie))
    reached = [
        f"{name} by {key}"
        for name, _, names in studio()
        for key in names
        if key not in NOT_OBJECTS
        and codes(alice_client, name, {**filled(name, names, own), key: filled(name, [key], other)[key]})
        != {404}
    ]
    check(reached, ANYBODYS)


@pytest.mark.django_db
def test_with_their_own_things_owners_get_an_answer_everywhere(
    own: dict[str, Any], alice_client: Client
) -> None:
    """Without this, a door that is shut to all would pass for one that is shut to strangers."""
    shut = [
        name
        for name, _, names in studio()
        if name not in NOT_TRIED
        and not codes(alice_client, name, filled(name, names, own)) & {200, 302, 204, 422}
    ]
    check(shut, SHUT)


NOT_TRIED = {
    "providers:check_key": "asks the provider itself; the tests of providers do it against a loopback"
}
SHUT = {
    "team:home_panel": "the estate names no part of the home page",
    "creation:restore_scene": "brings back what this browser removed before, which is nothing",
}
