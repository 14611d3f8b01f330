"""Every table that points at people is in a person's export, or says why not (ACC-10)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.core.personal_data import COLLECTED, parts_of
from apps.teams.models import Team
from tests.guards.tree import check
from tests.privacy.traces import leave_traces, pointing_at_people, rows_of

NOT_EXPORTED = {
    "accounts.User_groups": "permission groups of Django's admin, which nothing here uses",
    "accounts.User_user_permissions": "as the groups",
    "django_otp_webauthn.WebAuthnUserHandle": "a random number by which passkeys know the account; part of a factor",
}


@pytest.mark.spec("ACC-10")
def test_every_table_that_points_at_people_is_collected() -> None:
    check({model._meta.label for model in pointing_at_people() if model not in COLLECTED}, NOT_EXPORTED)


@pytest.mark.spec("ACC-10")
@pytest.mark.django_db
def test_what_is_said_to_be_collected_is_read(team: Team, alice: User) -> None:
    with CaptureQueriesContext(connection) as captured:
        list(parts_of(alice))
    asked = " ".join(query["sql"] for query in captured)
    unread = [model._meta.label for model in COLLECTED if f'"{model._meta.db_table}"' not in asked]
    assert unread == []


@pytest.mark.django_db
def test_traces_stand_in_every_table_that_points_at_people(team: Team, alice: User) -> None:
    """What the tests of exports and deletions are worth depends on it."""
    leave_traces(alice, team)
    empty = {
        model._meta.label
        for model, keys in pointing_at_people().items()
        if not rows_of(model, keys, alice).exists()
    }
    check(empty, NOT_EXPORTED)
