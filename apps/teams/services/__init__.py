"""Every write to teams and to who is in them."""

from apps.teams.services.invitations import (
    accept_invitation,
    find_invitation,
    invitations_for,
    invite,
    is_for,
    resend_invitation,
    revoke_invitation,
)
from apps.teams.services.members import add_member, change_role, remove_member
from apps.teams.services.teams import (
    create_team,
    free_slug,
    rename_team,
    require_second_factor,
    transfer_team,
)

__all__ = [
    "accept_invitation",
    "add_member",
    "change_role",
    "create_team",
    "find_invitation",
    "free_slug",
    "invitations_for",
    "invite",
    "is_for",
    "remove_member",
    "rename_team",
    "require_second_factor",
    "resend_invitation",
    "revoke_invitation",
    "transfer_team",
]
