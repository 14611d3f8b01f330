"""Every address of the product, asked as everybody there can be: each is answered exactly as its door says.

The studio's doors are permissions, and the table of roles says who has which. All other addresses stand in DOORS: a
new one fails here until somebody says whose it is.
"""

import re
from collections.abc import Callable
from copy import deepcopy
from enum import Enum
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import get_resolver, resolve

from apps.accounts.middleware import OPEN
from apps.accounts.models import TimeCodeDevice, User
from apps.teams.models import Membership, Team
from apps.teams.roles import PERMISSIONS, Permission, Role
from tests.accounts.people import confirmed, give_password
from tests.conftest import signed_in
from tests.factories import UserFactory
from tests.guards.estate import estate
from tests.guards.test_addresses import PUBLIC, STUDIO, patterns
from tests.guards.test_doors import MEANT, NO_SUCH_METHOD, NOT_TRIED

SIGN_IN, SECOND_STEP, SECURITY = "/accounts/login/", "/accounts/confirm/", "/accounts/security/"
ARGUMENT = re.compile(r"<(?:(\w+):)?(\w+)>")
SAMPLES = {"uuid": "01920000-0000-7000-8000-000000000000", "int": "1", None: "nothing"}
# Addresses that are written as regular expressions, and one that each of them means.
SPELLED = {
    "^stats.json/(?P<token>[\\w]+)?/?$": "stats.json/nothing/",
    "^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": "password/reset/key/1-nothing/",
}
REGULAR = re.compile(r"\(\?P<\w+>[^)]*\)\??|[\^$?]")


class Door(Enum):
    ANYBODY = "holds nothing of anybody's, stands before the sign-in, or has a secret in its address"
    PERSON = "whoever has signed in, for their own things"
    OPERATOR = "operators who have used their second factor; to others it does not exist"


ANYBODY, PERSON, OPERATOR = Door.ANYBODY, Door.PERSON, Door.OPERATOR

DOORS: dict[str, Door] = {
    **dict.fromkeys(PUBLIC, ANYBODY),
    "account_login": ANYBODY,
    "account_signup": ANYBODY,
    "account_inactive": ANYBODY,
    "account_email_verification_sent": ANYBODY,
    "account_confirm_login_code": ANYBODY,
    "account_reset_password": ANYBODY,
    "account_reset_password_done": ANYBODY,
    "account_reset_password_from_key": ANYBODY,
    "account_reset_password_from_key_done": ANYBODY,
    "socialaccount_login_cancelled": ANYBODY,
    "socialaccount_login_error": ANYBODY,
    "socialaccount_signup": ANYBODY,
    "google_login": ANYBODY,
    "google_callback": ANYBODY,
    "google_login_by_token": ANYBODY,
    "admin:login": ANYBODY,
    "admin:logout": ANYBODY,
    "account_logout": PERSON,
    "account_reauthenticate": PERSON,
    "account_email": PERSON,
    "account_change_password": PERSON,
    "account_set_password": PERSON,
    "socialaccount_connections": PERSON,
    "accounts:profile": PERSON,
    "accounts:change_picture": PERSON,
    "accounts:picture": PERSON,
    "accounts:setup": PERSON,
    "accounts:confirm": PERSON,
    "accounts:security": PERSON,
    "accounts:add_app": PERSON,
    "accounts:begin_app": PERSON,
    "accounts:remove_app": PERSON,
    "accounts:add_passkey": PERSON,
    "accounts:add_passkey_begin": PERSON,
    "accounts:remove_passkey": PERSON,
    "accounts:new_codes": PERSON,
    "accounts:sessions": PERSON,
    "accounts:end_other_sessions": PERSON,
    "accounts:end_session": PERSON,
    "privacy:privacy": PERSON,
    "privacy:request_export": PERSON,
    "privacy:download": PERSON,
    "privacy:request_deletion": PERSON,
    "privacy:cancel_deletion": PERSON,
    "sandbox:panel": PERSON,
    "sandbox:calls": PERSON,
    "sandbox:switch_on": PERSON,
    "sandbox:switch_off": PERSON,
    "sandbox:switch_all_off": PERSON,
    "sandbox:tell": PERSON,
    "connections_return": PERSON,
    "teams:create": PERSON,
    "teams:join": PERSON,
    "teams:accept_invitation": PERSON,
}
# Whole trees with one door before all of it.
TREES = {"admin/": OPERATOR, "operate/": OPERATOR}

Asked = dict[str, tuple[str, Permission | Door]]


def walk(things: dict[str, Any]) -> Asked:
    """Every address by its pattern: the path to ask for, and its door."""
    return {
        address: (path_of(address, name, things), door_of(address, name, view))
        for address, name, view in patterns(get_resolver())
        if name not in NOT_TRIED
    }


def door_of(address: str, name: str, view: Any) -> Permission | Door:
    if address.startswith(STUDIO):
        return Permission(view.permission)
    door = DOORS.get(name) or next((TREES[tree] for tree in TREES if address.startswith(tree)), None)
    assert door, f"{name} ({address}) has no entry: say in DOORS whose it is"
    return door


def path_of(address: str, name: str, things: dict[str, Any]) -> str:
    for pattern, spelled in SPELLED.items():
        address = address.replace(pattern, spelled)

    def value(found: re.Match[str]) -> str:
        key = MEANT.get((name, found[2]), found[2])
        return str(things.get(key, SAMPLES.get(found[1], SAMPLES[None])))

    return "/" + ARGUMENT.sub(value, REGULAR.sub("", address))


def outcomes(client: Client, path: str, *, both: bool) -> set[str]:
    """What GET and POST, or only the first that is known, are answered with; no call sees what another changed."""
    found = set()
    for method in ("GET", "POST"):
        before, cookies = transaction.savepoint(), deepcopy(client.cookies)
        answer = client.generic(method, path)
        transaction.savepoint_rollback(before)
        client.cookies = cookies  # signing out is among what is tried
        if answer.status_code != NO_SUCH_METHOD:
            found.add(outcome(answer))
            if not both:
                break
    return found


def outcome(answer: HttpResponseBase) -> str:
    where = str(answer.get("Location") or answer.get("HX-Redirect") or "").split("?")[0]
    places = {SIGN_IN: "sign in", "/admin/login/": "sign in", SECOND_STEP: "second step", SECURITY: "enrol"}
    codes = {401: "sign in", 403: "forbidden", 404: "missing"}
    return places.get(where) or codes.get(answer.status_code, "answers")


# Whose things are in an address that only its owner may open may be missing: the walk names nobody's.
HERE = {"answers", "missing"}


def for_the_signed_out(name: str, door: Permission | Door) -> set[str]:
    return {*HERE, "sign in"} if door == ANYBODY else {"sign in"}


def for_those_before_the_second_factor(name: str, door: Permission | Door) -> set[str]:
    return {*HERE, "sign in"} if name in OPEN else {"second step"}


def for_a_person_of_no_team(name: str, door: Permission | Door) -> set[str]:
    return {*HERE, "enrol", "second step", "sign in"} if door in (ANYBODY, PERSON) else {"missing"}


def for_an_operator_without_a_factor(name: str, door: Permission | Door) -> set[str]:
    return {"enrol"} if door == OPERATOR else for_a_person_of_no_team(name, door)


def for_the_role(role: Role) -> Callable[[str, Permission | Door], set[str]]:
    def expected(name: str, door: Permission | Door) -> set[str]:
        if not isinstance(door, Permission):
            return for_a_person_of_no_team(name, door)
        return HERE if door in PERMISSIONS[role] else {"forbidden"}

    return expected


def as_nobody(team: Team) -> Client:
    return Client()


def as_person_after_the_password(team: Team) -> Client:
    """The password was right; the page that asks for the second factor is open."""
    return give_password(with_factor(confirmed(UserFactory())))


def as_member_before_the_second_factor(team: Team) -> Client:
    """A session that somehow exists without its second factor, of the team's owner."""
    user = with_factor(UserFactory())
    Membership.objects.create(team=team, user=user, role=Role.OWNER)
    return signed_in(user)


def with_factor(user: User) -> User:
    TimeCodeDevice.objects.create(user=user, name="Authenticator app")
    user.refresh_from_db()
    return user


def as_person_of_no_team(team: Team) -> Client:
    """A viewer of a watch site is such a person (TEM-05)."""
    return signed_in(UserFactory())


def as_stranger(team: Team) -> Client:
    other = Membership.objects.create(
        team=Team.objects.create(name="Other", slug="other"), user=UserFactory(), role=Role.OWNER
    )
    return signed_in(other.user)


def as_operator_without_a_factor(team: Team) -> Client:
    return signed_in(UserFactory(is_staff=True, is_superuser=True))


def as_role(role: Role) -> Callable[[Team], Client]:
    def make(team: Team) -> Client:
        user = UserFactory()
        Membership.objects.create(team=team, user=user, role=role)
        return signed_in(user)

    return make


PERSONAS: dict[str, tuple[Callable[[Team], Client], Callable[[str, Permission | Door], set[str]]]] = {
    "signed out": (as_nobody, for_the_signed_out),
    "after the password": (as_person_after_the_password, for_the_signed_out),
    "before the second factor": (as_member_before_the_second_factor, for_those_before_the_second_factor),
    "of no team": (as_person_of_no_team, for_a_person_of_no_team),
    "stranger": (as_stranger, for_a_person_of_no_team),
    "operator without a factor": (as_operator_without_a_factor, for_an_operator_without_a_factor),
    **{role.value: (as_role(role), for_the_role(role)) for role in Role},
}
# Members and strangers are as those of no team everywhere but in the studio.
STUDIO_ONLY = {"stranger", *Role.values}


@pytest.fixture
def unwritten_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Views decide and ask as ever; the page itself, which says nothing about the door, is not written."""
    monkeypatch.setattr("django.template.backends.django.Template.render", lambda *_: "")


@pytest.mark.spec("P-A02", "SEC-07", "TEM-01", "TEM-02", "TEM-05", "ACC-06")
@pytest.mark.django_db
@pytest.mark.usefixtures("unwritten_pages")
@pytest.mark.parametrize("persona", PERSONAS)
def test_every_address_answers_as_its_door_says(persona: str, team: Team) -> None:
    make, expected = PERSONAS[persona]
    asked = walk(estate(team))
    client = make(team)
    wrong = {}
    for address, (path, door) in asked.items():
        if persona in STUDIO_ONLY and not address.startswith(STUDIO):
            continue
        allowed = expected(resolve(path).view_name, door)
        # Where somebody may come in, the view itself is not what is tried; the admin site has one door for all.
        seen = outcomes(client, path, both="answers" not in allowed and door != OPERATOR)
        if not seen or not seen <= allowed:
            wrong[address] = (path, door, seen)
    assert wrong == {}


def test_walk_names_no_address_that_is_gone() -> None:
    names = {name for _, name, _ in patterns(get_resolver())}
    assert DOORS.keys() - names == set()
