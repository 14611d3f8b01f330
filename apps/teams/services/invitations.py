"""Asking people into a team by e-mail (TEM-03)."""

import hashlib
import secrets
from collections.abc import Callable
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from apps.accounts import mails
from apps.accounts.models import User
from apps.core.text import one_line
from apps.teams.errors import TeamError
from apps.teams.models import Invitation, InvitationState, Membership, Team
from apps.teams.roles import Permission, Role
from apps.teams.services.appointing import audit, check_may, lock_all

VALID_FOR = timedelta(days=7)
SEND_AGAIN_AFTER = timedelta(seconds=60)
MOST_OPEN = 200  # for each team: enough for a large one, too few to send advertising
INVITABLE = tuple(role for role in Role if role != Role.OWNER)  # owners are made of members, by owners

LinkTo = Callable[[str], str]


@transaction.atomic
def invite(*, team: Team, email: str, role: Role, actor: User, link_to: LinkTo) -> Invitation:
    """Write an invitation and its mail. `link_to` makes the whole address of the page from the secret token.

    The address must be written in ASCII, since letters of other scripts may look like it. Only the hash of the
    token is kept.
    """
    email = _checked_address(email)
    lock_all(team.pk)  # so that nobody is invited twice, or joins in the same moment
    check_may(team, actor, Permission.MANAGE_TEAM)
    if role not in INVITABLE:
        raise TeamError("Invite them with another role, then make them an owner.", field="role")
    _check_is_new(team, email)
    invitation = Invitation(team=team, email=email, role=role, invited_by=actor)
    _send(invitation, link_to)
    audit("team.invite", team, actor=actor, target=invitation, after={"email": email, "role": role.value})
    return invitation


def _checked_address(email: str) -> str:
    email = email.strip()
    if not email.isascii():
        raise TeamError(
            "Write the address in plain Latin letters; for a domain in another script use its xn-- form.",
            field="email",
        )
    return email.lower()


def _check_is_new(team: Team, email: str) -> None:
    member = Membership.objects.in_team(team).filter(user__email__iexact=email).select_related("user").first()
    if member is not None:
        raise TeamError(
            f"{member.user} is in this team already, as {member.get_role_display().lower()}. "
            "Change their role on the members page instead.",
            field="email",
        )
    waiting = Invitation.objects.in_team(team).open()
    if waiting.filter(email=email).exists():
        raise TeamError("This address is invited already. Send the invitation again instead.", field="email")
    if waiting.count() >= MOST_OPEN:
        raise TeamError(f"{MOST_OPEN} invitations are waiting. Revoke some before you send more.")


@transaction.atomic
def resend_invitation(*, invitation: Invitation, actor: User, link_to: LinkTo) -> Invitation:
    """Send it again with a new link, good for another seven days; the old link ends."""
    locked = _locked(invitation)
    check_may(locked.team, actor, Permission.MANAGE_TEAM)
    if locked.state not in (InvitationState.WAITING, InvitationState.EXPIRED):
        raise TeamError(f"This invitation was {locked.state.label.lower()} meanwhile.")
    if timezone.now() - locked.sent_at < SEND_AGAIN_AFTER:
        raise TeamError("It was sent a moment ago. Wait a minute before you send it again.")
    before = {"expires_at": locked.expires_at.isoformat()}
    _send(locked, link_to)
    after = {"expires_at": locked.expires_at.isoformat()}
    audit("team.invite_resend", locked.team, actor=actor, target=locked, before=before, after=after)
    return locked


def _send(invitation: Invitation, link_to: LinkTo) -> None:
    """Save it under a new token and write the mail, in the same transaction."""
    token = secrets.token_urlsafe(32)
    now = timezone.now()
    invitation.token_hash = _hash(token)
    invitation.sent_at, invitation.expires_at = now, now + VALID_FOR
    invitation.save()
    context = {
        "team": one_line(invitation.team.name),
        "inviter": one_line(str(invitation.invited_by or "Showrunner")),
        "role": invitation.role,
        "link": link_to(token),
        "days": VALID_FOR.days,
    }
    reader = mails.reader_of(invitation.email)
    language = reader.language if reader else invitation.team.language
    subject, text = mails.written("teams/email/invitation", context, language=language)
    EmailMessage(subject, text, to=[invitation.email]).send()


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, actor: User) -> Invitation:
    """Take it back: its link opens nothing any more."""
    locked = _locked(invitation)
    check_may(locked.team, actor, Permission.MANAGE_TEAM)
    if locked.state not in (InvitationState.WAITING, InvitationState.EXPIRED):
        raise TeamError(f"This invitation was {locked.state.label.lower()} meanwhile.")
    locked.revoked_at = timezone.now()
    locked.save(update_fields=["revoked_at", "updated_at"])
    facts = {"email": locked.email, "role": locked.role}
    audit("team.invite_revoke", locked.team, actor=actor, target=locked, before=facts)
    return locked


def find_invitation(token: str) -> Invitation | None:
    """The invitation that this token was sent for, whatever became of it."""
    found = Invitation.objects.select_related("team", "invited_by").filter(token_hash=_hash(token))
    return found.first()


def invitations_for(user: User) -> list[Invitation]:
    """What waits for this person, by the addresses that they have proved to be theirs."""
    if not user.is_authenticated:
        return []
    found = Invitation.objects.open().filter(email__in=_proved_addresses(user), expires_at__gt=timezone.now())
    return list(found.select_related("team", "invited_by").order_by("-sent_at"))


def is_for(invitation: Invitation, user: User) -> bool:
    """Whether the person has proved that the invited address is theirs."""
    return invitation.email in _proved_addresses(user)


def _proved_addresses(user: User) -> set[str]:
    addresses = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    return {email.lower() for email in addresses if email.isascii()}


@transaction.atomic
def accept_invitation(*, invitation: Invitation, user: User) -> Membership:
    """Join the team. Works once, until it expires, for whoever proved to own the invited address."""
    lock_all(invitation.team_id)
    locked = _locked(invitation)
    if not is_for(locked, user):
        raise TeamError("This invitation is for another address. Sign in with that one.")
    member = Membership.objects.in_team(locked.team).filter(user=user).first()
    if locked.state != InvitationState.WAITING:
        raise TeamError(REFUSALS[locked.state])
    locked.accepted_at, locked.accepted_by = timezone.now(), user
    locked.save(update_fields=["accepted_at", "accepted_by", "updated_at"])
    if member is None:
        member = Membership.objects.create(team=locked.team, user=user, role=locked.role)
        after = {"role": locked.role, "invited_by": str(locked.invited_by or "")}
        audit("team.member_add", locked.team, actor=user, target=user, after=after)
    return member


REFUSALS = {
    InvitationState.ACCEPTED: "This invitation was used already. Ask for another one.",
    InvitationState.REVOKED: "This invitation was taken back. Ask the team whether that was meant.",
    InvitationState.EXPIRED: "This invitation has expired. Ask the team to send it again.",
}


def _locked(invitation: Invitation) -> Invitation:
    rows = Invitation.objects.select_for_update(of=("self",)).select_related("team", "invited_by")
    return rows.get(pk=invitation.pk)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
