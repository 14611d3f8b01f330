"""The link by which a person stops e-mails of one kind, without signing in (NTF-03)."""

from dataclasses import dataclass
from uuid import UUID

from django.core import signing
from django.urls import reverse

from apps.notifications.contents import absolute

SALT = "apps.notifications.optout"


@dataclass(frozen=True)
class OptOut:
    """Who wants no more e-mails of which type, from which team (None: from the installation)."""

    user_id: UUID
    team_id: UUID | None
    type: str


def token_of(wish: OptOut) -> str:
    """Signed with the installation's key; it never runs out, since e-mails are kept for years."""
    parts = [wish.user_id.hex, wish.team_id.hex if wish.team_id else "", wish.type]
    return signing.dumps(parts, salt=SALT)


def read_token(token: str) -> OptOut | None:
    """The wish of a token that we signed; None for any other."""
    try:
        user_id, team_id, kind = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return OptOut(UUID(user_id), UUID(team_id) if team_id else None, kind)


def link_of(wish: OptOut) -> str:
    """The whole address, for the e-mail and its List-Unsubscribe header."""
    return absolute(reverse("optout", args=[token_of(wish)]))
