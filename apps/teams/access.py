"""The door of every studio page: which team, and may this person do this?"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django_htmx.middleware import HtmxDetails

from apps.accounts.models import User
from apps.teams.models import Membership, Team
from apps.teams.roles import Permission

View = Callable[..., HttpResponseBase]


class TeamRequest(HttpRequest):
    """A request after the door: `team` and `membership` are set."""

    user: User
    htmx: HtmxDetails
    team: Team
    membership: Membership


def membership_of(user: Any, team_slug: str) -> Membership | None:
    """The person's place in the team, or None for a stranger."""
    return Membership.objects.select_related("team").filter(user=user, team__slug=team_slug).first()


def member_of_team(permission: Permission) -> Callable[[View], View]:
    """Let only members with this permission in: sign-in first, 404 for strangers, 403 without the right.

    The address's `team_slug` is consumed; the view gets `request.team` and `request.membership`.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        @login_required
        def inner(request: Any, team_slug: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
            membership = membership_of(request.user, team_slug)
            if membership is None:
                raise Http404("No such team")
            request.team = membership.team
            request.membership = membership
            if not membership.may(permission):
                raise PermissionDenied(
                    f"Your role in {membership.team} does not include: {permission.label}."
                )
            return view(request, *args, **kwargs)

        inner.permission = permission  # type: ignore[attr-defined]
        return inner

    return decorate
