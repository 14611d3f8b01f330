"""Asking people into a team by e-mail: seven days, once, for one address (TEM-03)."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.models import AuditRecord
from apps.teams.errors import TeamError
from apps.teams.models import Invitation, InvitationState, Membership, Team
from apps.teams.roles import Role
from apps.teams.services import accept_invitation, invite, resend_invitation, revoke_invitation
from tests.concurrency import at_once
from tests.conftest import signed_in
from tests.factories import PASSWORD, InvitationFactory, MembershipFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.spec("TEM-03")]

HOME = "/studio/morning-show/"
NEW = f"{HOME}team/invitations/new/"
HTMX = {"HX-Request": "true"}


def proved(user: User, email: str = "") -> User:
    EmailAddress.objects.create(user=user, email=email or user.email, verified=True, primary=not email)
    return user


def link_in(message: Any) -> str:
    found = re.search(r"http://testserver(/teams/invitations/\S+)", message.body)
    assert found, message.body
    return found[1]


def ask(team: Team, actor: User, email: str = "dana@example.com", role: Role = Role.EDITOR) -> Invitation:
    return invite(team=team, email=email, role=role, actor=actor, link_to=lambda token: f"https://x/{token}")


def actions() -> list[str]:
    lines = AuditRecord.objects.filter(action__startswith="team.").order_by("id")
    return list(lines.values_list("action", flat=True))


def test_invited_person_signs_up_and_joins_with_the_role(alice_client: Client, team: Team) -> None:
    answer = alice_client.post(NEW, {"email": "Dana@Example.com", "role": "analyst"})
    assert (answer["Location"], mail.outbox[0].to) == (f"{HOME}team/invitations/", ["dana@example.com"])
    assert mail.outbox[0].subject == "Alice Archer invites you to Morning Show"
    address = link_in(mail.outbox[0])
    guest = Client()
    page = guest.get(address).content.decode()
    assert f"/accounts/signup/?email=dana%40example.com&amp;next={address}" in page
    guest.post(
        "/accounts/signup/",
        {
            "display_name": "Dana",
            "email": "dana@example.com",
            "password1": PASSWORD,
            "birth_date": "1990-02-28",
            "next": address,
        },
    )
    code = re.search(r"^([A-Z0-9-]{5,})$", mail.outbox[1].body, re.M)
    assert code
    back = guest.post("/accounts/confirm-email/", {"code": code[1]})
    assert back["Location"] == address
    joined = guest.post(f"{address}accept/")
    member = team.memberships.get(user__email="dana@example.com")
    assert (joined["Location"], member.role) == (HOME, Role.ANALYST)
    line = AuditRecord.objects.get(action="team.member_add")
    assert (line.actor_name, line.after) == ("Dana", {"role": "analyst", "invited_by": "Alice Archer"})


def test_token_is_kept_as_a_hash_only(alice_client: Client) -> None:
    alice_client.post(NEW, {"email": "dana@example.com", "role": "viewer"})
    token = link_in(mail.outbox[0]).strip("/").split("/")[-1]
    stored = Invitation.objects.values().get()
    assert len(token) >= 43
    assert token not in str(stored)


def test_link_works_once(team: Team, charlie: User) -> None:
    InvitationFactory(team=team, email=charlie.email, token="once")
    client = signed_in(proved(charlie))
    assert client.post("/teams/invitations/once/accept/")["Location"] == HOME
    Membership.objects.filter(team=team, user=charlie).delete()
    client.post("/teams/invitations/once/accept/")
    assert not team.memberships.filter(user=charlie).exists()
    replay = client.get("/teams/invitations/once/")
    assert (replay.status_code, "was used already" in replay.content.decode()) == (410, True)


@pytest.mark.parametrize(("days", "state"), [(6.99, "waiting"), (7.01, "expired")])
def test_link_ends_after_seven_days(team: Team, alice: User, charlie: User, days: float, state: str) -> None:
    invitation = ask(team, alice, charlie.email)
    proved(charlie)
    with time_machine.travel(timezone.now() + timedelta(days=days)):
        assert invitation.state == state
        if state == "expired":
            with pytest.raises(TeamError, match="has expired"):
                accept_invitation(invitation=invitation, user=charlie)
        else:
            assert accept_invitation(invitation=invitation, user=charlie).role == Role.EDITOR


def test_link_of_another_person_opens_nothing(team: Team, charlie: User, charlie_client: Client) -> None:
    InvitationFactory(team=team, email="dana@example.com", token="theirs")
    proved(charlie)
    page = charlie_client.get("/teams/invitations/theirs/").content.decode()
    assert "you are signed in as charlie@example.com" in page
    charlie_client.post("/teams/invitations/theirs/accept/")
    assert not team.memberships.filter(user=charlie).exists()
    assert charlie_client.get("/teams/invitations/no-such-token/").status_code == 404


def test_address_that_was_not_proved_opens_nothing(team: Team, charlie: User) -> None:
    invitation = InvitationFactory(team=team, email=charlie.email)
    EmailAddress.objects.create(user=charlie, email=charlie.email, verified=False)
    with pytest.raises(TeamError, match="for another address"):
        accept_invitation(invitation=invitation, user=charlie)


@pytest.mark.parametrize("email", ["аlice2@example.com", "dana@exаmple.com", "\u212aate@example.com"])
def test_letters_that_only_look_like_latin_are_refused(team: Team, alice: User, email: str) -> None:
    with pytest.raises(TeamError, match="plain Latin letters"):
        ask(team, alice, email)


def test_account_with_a_look_alike_address_is_somebody_else(team: Team, charlie: User) -> None:
    """The Kelvin sign becomes a k in lower case."""
    invitation = InvitationFactory(team=team, email="kate@example.com")
    proved(charlie, "\u212aate@example.com")
    with pytest.raises(TeamError, match="for another address"):
        accept_invitation(invitation=invitation, user=charlie)


def test_member_is_not_invited_and_the_page_says_who_it_is(alice_client: Client, bob: User) -> None:
    answer = alice_client.post(NEW, {"email": "BOB@example.com", "role": "viewer"})
    assert answer.status_code == 422
    assert answer.context["form"].errors["email"] == [
        "Bob Baker is in this team already, as editor. Change their role on the members page instead."
    ]
    assert mail.outbox == []


def test_invited_address_is_not_invited_twice(alice_client: Client) -> None:
    for _ in range(2):
        answer = alice_client.post(NEW, {"email": "dana@example.com", "role": "viewer"}, headers=HTMX)
    assert answer.status_code == 422
    assert "is invited already" in answer.content.decode()
    assert len(mail.outbox) == 1


def test_person_who_became_a_member_meanwhile_is_let_in_as_they_are(team: Team, charlie: User) -> None:
    InvitationFactory(team=team, email=charlie.email, token="late", role=Role.ADMIN)
    MembershipFactory(team=team, user=proved(charlie), role=Role.VIEWER)
    answer = signed_in(charlie).post("/teams/invitations/late/accept/", follow=True)
    assert "You were in Morning Show already." in answer.content.decode()
    assert team.memberships.get(user=charlie).role == Role.VIEWER


def test_sent_again_it_has_a_new_link_and_seven_new_days(team: Team, alice: User) -> None:
    alice_client = signed_in(alice)
    invitation = InvitationFactory(team=team, token="old", sent_at=timezone.now() - timedelta(days=8))
    answer = alice_client.post(f"{HOME}team/invitations/{invitation.pk}/resend/", headers=HTMX)
    assert answer.status_code == 200
    invitation.refresh_from_db()
    assert invitation.state == InvitationState.WAITING
    assert Client().get("/teams/invitations/old/").status_code == 404
    assert Client().get(link_in(mail.outbox[0])).status_code == 200
    with pytest.raises(TeamError, match="Wait a minute"):
        resend_invitation(invitation=invitation, actor=alice, link_to=str)
    assert actions() == ["team.invite_resend"]


def test_revoked_it_opens_nothing_and_can_be_made_anew(team: Team, alice: User, charlie: User) -> None:
    invitation = ask(team, alice, proved(charlie).email)
    revoke_invitation(invitation=invitation, actor=alice)
    for write in (
        lambda: accept_invitation(invitation=invitation, user=charlie),
        lambda: revoke_invitation(invitation=invitation, actor=alice),
        lambda: resend_invitation(invitation=invitation, actor=alice, link_to=str),
    ):
        with pytest.raises(TeamError, match=r"taken back|revoked meanwhile"):
            write()
    assert ask(team, alice, charlie.email).state == InvitationState.WAITING
    assert actions() == ["team.invite", "team.invite_revoke", "team.invite"]


def test_owner_is_no_role_to_be_invited_with(team: Team, alice: User) -> None:
    with pytest.raises(TeamError, match="another role"):
        ask(team, alice, role=Role.OWNER)
    answer = signed_in(alice).post(NEW, {"email": "dana@example.com", "role": "owner"})
    assert list(answer.context["form"].errors) == ["role"]


def test_role_lost_in_the_middle_of_the_form_sends_nothing(team: Team, bob: User, bob_client: Client) -> None:
    Membership.objects.filter(user=bob).update(role=Role.ADMIN)
    assert bob_client.get(NEW).status_code == 200
    Membership.objects.filter(user=bob).update(role=Role.EDITOR)
    assert bob_client.post(NEW, {"email": "dana@example.com", "role": "viewer"}).status_code == 403
    with pytest.raises(TeamError, match="Your role changed meanwhile"):
        ask(team, bob)  # between the door and the write
    assert (mail.outbox, Invitation.objects.count()) == ([], 0)


@pytest.mark.django_db(transaction=True)
def test_many_who_accept_at_once_make_one_member(team: Team, charlie: User) -> None:
    invitation = InvitationFactory(team=team, email=proved(charlie).email)

    def accept() -> str:
        try:
            return accept_invitation(invitation=invitation, user=charlie).role
        except TeamError:
            return "refused"

    assert sorted(at_once(4, accept)) == ["editor", "refused", "refused", "refused"]
    assert team.memberships.filter(user=charlie).count() == 1


def test_names_cannot_add_headers_to_the_mail(team: Team, alice: User) -> None:
    Team.objects.filter(pk=team.pk).update(name="Show\r\nBcc: all@example.com")
    alice.display_name = "Alice\nX-Evil: 1\u202e"
    alice.save(update_fields=["display_name"])
    team.refresh_from_db()
    ask(team, alice)
    message = mail.outbox[0].message()
    assert message["Subject"] == "Alice X-Evil: 1 invites you to Show Bcc: all@example.com"
    assert (message["Bcc"], message["X-Evil"]) == (None, None)


@pytest.mark.parametrize(
    "email", ["a@example.com\nBcc: b@example.com", "a@example.com,b@example.com", "a b@c.de"]
)
def test_address_that_is_several_or_none_is_refused(alice_client: Client, email: str) -> None:
    answer = alice_client.post(NEW, {"email": email, "role": "viewer"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["email"])
    assert mail.outbox == []


def test_what_waits_for_a_person_is_shown_without_the_link(team: Team, alice: User) -> None:
    newcomer = proved(UserFactory(email="dana@example.com"))
    invitation = ask(team, alice)
    client = signed_in(newcomer)
    page = client.get("/teams/new/").content.decode()
    address = reverse("teams:join", args=[invitation.pk])
    assert f'action="{address}"' in page
    assert client.post(address)["Location"] == HOME
    assert client.post(address).status_code == 404  # used
    assert signed_in(alice).post(address).status_code == 404


def test_home_names_the_teams_that_ask_for_the_person(team: Team, alice: User, charlie: User) -> None:
    ask(team, alice, proved(charlie).email)
    own = Team.objects.exclude(pk=team.pk).get()
    assert (
        "You are invited to Morning Show" in signed_in(charlie).get(f"/studio/{own.slug}/").content.decode()
    )


def test_invitations_are_listed_found_and_shown_as_expired(alice_client: Client, team: Team) -> None:
    InvitationFactory(team=team, email="dana@example.com")
    InvitationFactory(team=team, email="omar@example.com", sent_at=timezone.now() - timedelta(days=9))
    InvitationFactory(team=team, email="gone@example.com", revoked_at=timezone.now())
    InvitationFactory()

    def found(query: str = "") -> list[str]:
        page = alice_client.get(f"{HOME}team/invitations/{query}").context["page"]
        return [str(one) for one in page.object_list]

    assert (found(), found("?q=oma")) == (["dana@example.com", "omar@example.com"], ["omar@example.com"])
    part = alice_client.get(f"{HOME}team/invitations/", headers=HTMX).content.decode()
    assert part.strip().startswith('<div id="list">')
    assert "Expired" in part


def test_form_comes_in_the_dialog_and_leads_to_the_list(alice_client: Client) -> None:
    part = alice_client.get(NEW, headers=HTMX).content.decode()
    assert part.strip().startswith('<div class="dialog-head">')
    done = alice_client.post(NEW, {"email": "dana@example.com", "role": "viewer"}, headers=HTMX)
    assert done["HX-Redirect"] == f"{HOME}team/invitations/"


def test_one_team_sends_only_so_many_mails_a_day(alice_client: Client, valkey: Any) -> None:
    codes = [
        alice_client.post(NEW, {"email": f"p{n}@example.com", "role": "viewer"}).status_code
        for n in range(101)
    ]
    assert (codes[0], codes[99], codes[100], len(mail.outbox)) == (302, 302, 429, 100)
