"""A team may want a second factor of everybody in it."""

import pytest
from django.test import Client

from apps.accounts.models import TimeCodeDevice, User
from apps.audit.models import AuditRecord
from apps.teams.errors import TeamError
from apps.teams.models import Membership, Team
from apps.teams.roles import Role
from apps.teams.services import require_second_factor
from tests.conftest import signed_in_with_factor

pytestmark = [pytest.mark.django_db, pytest.mark.spec("TEM-03")]

HOME = "/studio/morning-show/"
RULE = f"{HOME}team/settings/second-factor/"
SECURITY = "/accounts/security/"


@pytest.fixture
def careful_alice(alice: User) -> Client:
    """Alice's browser after her second factor."""
    return signed_in_with_factor(alice)


def test_members_without_a_factor_are_sent_to_set_one_up(
    careful_alice: Client, bob: User, bob_client: Client, team: Team
) -> None:
    assert bob_client.get(HOME).status_code == 200
    assert careful_alice.post(RULE, {"required": "on"})["Location"] == f"{HOME}team/settings/"
    for address in (HOME, f"{HOME}team/"):
        answer = bob_client.get(address)
        assert (answer.status_code, answer["Location"]) == (
            302,
            f"{SECURITY}?next={address.replace('/', '%2F')}",
        )
    part = bob_client.get(f"{HOME}team/", headers={"HX-Request": "true"})
    assert (part.status_code, part["HX-Redirect"].startswith(SECURITY)) == (204, True)
    assert careful_alice.get(HOME).status_code == 200
    careful_alice.post(RULE, {})
    assert bob_client.get(HOME).status_code == 200
    lines = AuditRecord.objects.filter(action="team.second_factor_rule").order_by("id")
    assert [(line.before, line.after) for line in lines] == [
        ({"required": False}, {"required": True}),
        ({"required": True}, {"required": False}),
    ]


def test_stranger_cannot_tell_such_a_team_from_none(charlie_client: Client, team: Team) -> None:
    Team.objects.filter(pk=team.pk).update(requires_second_factor=True)
    assert charlie_client.get(HOME).status_code == 404


def test_nobody_shuts_themselves_out(alice_client: Client, team: Team) -> None:
    answer = alice_client.post(RULE, {"required": "on"})
    assert answer.status_code == 422
    assert "Set up a second factor for yourself first" in answer.content.decode()
    team.refresh_from_db()
    assert not team.requires_second_factor


def test_rule_is_for_those_who_manage_the_team(team: Team, bob: User, bob_client: Client) -> None:
    assert bob_client.post(RULE, {"required": "on"}).status_code == 403
    TimeCodeDevice.objects.create(user=bob, name="Authenticator app")
    bob.refresh_from_db()
    with pytest.raises(TeamError, match="Your role changed meanwhile"):
        require_second_factor(team=team, required=True, actor=bob)


def test_handing_the_team_over_wants_a_fresh_proof(alice: User, alice_client: Client, bob: User) -> None:
    session = alice_client.session
    session.pop("proved_at", None)
    session.save()
    member = Membership.objects.get(user=bob)
    answer = alice_client.post(f"{HOME}team/transfer/", {"to": member.pk, "typed_name": "Morning Show"})
    assert answer["Location"].startswith("/accounts/confirm/")
    member.refresh_from_db()
    assert member.role == Role.EDITOR
