"""Sensitive actions that other code does leave exactly one record each (AUD-01)."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.account.signals import email_changed, password_changed, user_signed_up
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.test import Client, RequestFactory
from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.services import claim_operator
from apps.audit.models import AuditRecord
from apps.teams.models import Membership, Team
from apps.teams.roles import Role
from apps.teams.services import add_member, change_role, create_team, remove_member, rename_team
from tests.factories import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.spec("AUD-01")]


def lines() -> list[tuple[Any, ...]]:
    """(action, team, actor, target's name, before, after), oldest first."""
    rows = AuditRecord.objects.order_by("id").select_related("team", "actor")
    return [(line.action, line.team, line.actor, line.target_name, line.before, line.after) for line in rows]


def verified_address(user: User) -> None:
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)


def test_sign_in_and_out_leave_a_line_with_the_address_each(client: Client, alice: User) -> None:
    verified_address(alice)
    answer = client.post(
        reverse("account_login"),
        {"login": alice.email, "password": PASSWORD},
        REMOTE_ADDR="203.0.113.9",
        headers={"X-Request-ID": "request-1234"},
    )
    assert answer.status_code == 302
    client.post(reverse("account_logout"), REMOTE_ADDR="203.0.113.9")
    assert lines() == [
        ("account.sign_in", None, alice, "Alice Archer", None, None),
        ("account.sign_out", None, alice, "Alice Archer", None, None),
    ]
    first = AuditRecord.objects.get(action="account.sign_in")
    assert (first.address, first.correlation_id) == ("203.0.113.9", "request-1234")


@pytest.mark.parametrize("known", [True, False])
def test_failed_sign_in_names_the_person_only_where_there_is_one(
    client: Client, alice: User, known: bool
) -> None:
    verified_address(alice)
    login = alice.email if known else "my-secret-password@typed.into.the.wrong.field"
    client.post(reverse("account_login"), {"login": login, "password": "wrong"})
    assert lines() == [("account.sign_in_failed", None, None, "Alice Archer" if known else "", None, None)]


def test_signals_of_allauth_leave_a_line_each(alice: User) -> None:
    request = RequestFactory().get("/")
    user_signed_up.send(User, request=request, user=alice)
    password_changed.send(User, request=request, user=alice)
    old, new = (EmailAddress(user=alice, email=email) for email in ("old@example.com", "new@example.com"))
    email_changed.send(User, request=request, user=alice, from_email_address=old, to_email_address=new)
    assert lines() == [
        ("account.sign_up", None, alice, "Alice Archer", None, None),
        ("account.password_change", None, alice, "Alice Archer", None, None),
        (
            "account.email_change",
            None,
            alice,
            "Alice Archer",
            {"email": "old@example.com"},
            {"email": "new@example.com"},
        ),
    ]


def test_changes_of_a_team_leave_a_line_each(alice: User, charlie: User) -> None:
    team = create_team(name="Night Show", owner=alice)
    rename_team(team=team, name="Late Show", actor=alice)
    rename_team(team=team, name="Late Show", actor=alice)  # changes nothing
    membership = add_member(team=team, user=charlie, role=Role.VIEWER, actor=alice)
    change_role(membership=membership, role=Role.EDITOR, actor=alice)
    change_role(membership=membership, role=Role.EDITOR, actor=alice)  # changes nothing
    remove_member(membership=membership, actor=alice)
    assert lines() == [
        ("team.create", team, alice, "Night Show", None, {"name": "Night Show"}),
        ("team.rename", team, alice, "Late Show", {"name": "Night Show"}, {"name": "Late Show"}),
        ("team.member_add", team, alice, "Charlie Cole", None, {"role": "viewer"}),
        ("team.role_change", team, alice, "Charlie Cole", {"role": "viewer"}, {"role": "editor"}),
        ("team.member_remove", team, alice, "Charlie Cole", {"role": "editor"}, None),
    ]


def test_claim_of_the_installation_leaves_a_line(alice: User) -> None:
    claim_operator(user=alice)
    assert lines() == [("installation.claim", None, alice, "Alice Archer", None, None)]


def test_change_in_the_admin_site_leaves_a_line(alice: User, team: Team) -> None:
    LogEntry.objects.create(
        user=alice,
        content_type=ContentType.objects.get_for_model(Membership),
        object_id="7",
        object_repr="Alice in Morning Show",
        action_flag=CHANGE,
        change_message="Changed role.",
    )
    assert lines() == [
        (
            "admin.change",
            None,
            alice,
            "",
            None,
            {
                "type": "Teams | membership",
                "id": "7",
                "name": "Alice in Morning Show",
                "message": "Changed role.",
            },
        )
    ]
