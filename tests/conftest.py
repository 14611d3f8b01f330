"""What every test may ask for: alice owns a team, bob is an editor in it, charlie must see nothing of it."""

import gc
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client, TransactionTestCase
from django_otp import DEVICE_ID_SESSION_KEY
from redis import Redis

from apps.accounts.models import TimeCodeDevice, User
from apps.core import queue
from apps.flags import registry
from apps.teams.models import Membership, Team
from apps.teams.roles import Role
from tests.database import AS_MIGRATED, end_others, keep, restore
from tests.factories import MembershipFactory, TeamFactory, UserFactory
from tests.migrated import template

pytest_plugins = ["tests.browser"]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slow tests come first: no process has one left when the other has nothing more to do."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_collection_finish() -> None:
    """Garbage is looked for more seldom, and not in what stays until the end: that was a seventh of all work."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None, django_db_blocker: Any) -> None:
    """The test database begins as a copy of a migrated one."""
    with django_db_blocker.unblock():
        connection.settings_dict["TEST"]["TEMPLATE"] = template()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """pytest-django's database, which transactional tests leave as the migrations did."""
    name = str(connection.settings_dict["NAME"])
    assert name.startswith("test_"), (
        f"{name} is no test's: none of the tests asks for a database by its fixtures"
    )
    with django_db_blocker.unblock():
        keep(AS_MIGRATED)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _: restore())
        yield
    with django_db_blocker.unblock():
        end_others()


@pytest.fixture
def team(db: None) -> Team:
    return TeamFactory(name="Morning Show", slug="morning-show")


@pytest.fixture
def alice(team: Team) -> User:
    """Owner of `team`."""
    user = UserFactory(email="alice@example.com", display_name="Alice Archer")
    MembershipFactory(team=team, user=user, role=Role.OWNER)
    return user


@pytest.fixture
def bob(team: Team) -> User:
    """Editor in `team`."""
    user = UserFactory(email="bob@example.com", display_name="Bob Baker")
    MembershipFactory(team=team, user=user, role=Role.EDITOR)
    return user


@pytest.fixture
def victor(team: Team) -> User:
    """Viewer in `team`: may look, may change nothing."""
    user = UserFactory(email="victor@example.com", display_name="Victor Vale")
    MembershipFactory(team=team, user=user, role=Role.VIEWER)
    return user


@pytest.fixture
def charlie(db: None) -> User:
    """A stranger with a team of his own."""
    membership: Membership = MembershipFactory(
        user=UserFactory(email="charlie@example.com", display_name="Charlie Cole"), role=Role.OWNER
    )
    return membership.user


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def signed_in_with_factor(user: User) -> Client:
    """Signed in, with an authenticator app enrolled and used: what operator pages ask for."""
    device, _ = TimeCodeDevice.objects.get_or_create(user=user, defaults={"name": "Authenticator app"})
    user.refresh_from_db()
    user.otp_device = device
    client = signed_in(user)
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.save()
    return client


def entered(user: User) -> Client:
    """Signed in as far as this person must: operators, and who has a second factor, with it."""
    return signed_in_with_factor(user) if user.is_staff or user.has_second_factor else signed_in(user)


@pytest.fixture
def operator(db: None) -> User:
    """Looks after the installation; in no team."""
    return UserFactory(email="olga@example.com", display_name="Olga Ortiz", is_staff=True, is_superuser=True)


@pytest.fixture
def operator_client(operator: User) -> Client:
    return signed_in_with_factor(operator)


@pytest.fixture
def alice_client(alice: User) -> Client:
    return signed_in(alice)


@pytest.fixture
def bob_client(bob: User) -> Client:
    return signed_in(bob)


@pytest.fixture
def victor_client(victor: User) -> Client:
    return signed_in(victor)


@pytest.fixture
def charlie_client(charlie: User) -> Client:
    return signed_in(charlie)


@pytest.fixture
def valkey(nothing_kept: None) -> Redis:
    """This test process's own Valkey database, empty."""
    return queue.connection()


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    """What one test left in Valkey (a breaker that is open, on a clock that was moved; an address's limit) and what
    operators decided in it is not remembered in the next."""
    queue.connection().flushdb()  # before: afterwards a test's Valkey that is away may still be in its place
    yield
    registry.forget()
