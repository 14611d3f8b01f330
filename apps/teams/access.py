"""The door of every studio page: which team, and may this person do this?"""

from collections.abc import Callable
from functools import cache, wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django_htmx.middleware import HtmxDetails

from apps.accounts.models import User
from apps.core.htmx import send_to
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
    """The person's place in the team, or None for a stranger. One query, which every studio page asks."""
    statement, places = _statement()
    with connection.cursor() as cursor:
        cursor.execute(statement, [(user.pk, team_slug)[place] for place in places])
        row = cursor.fetchone()
    if row is None:
        return None
    membership = Membership.from_db(connection.alias, _names(Membership), row[: len(_names(Membership))])
    membership.team = Team.from_db(connection.alias, _names(Team), row[len(_names(Membership)) :])
    return membership


@cache
def _statement() -> tuple[str, tuple[int, ...]]:
    """Django's own statement, built once: to build it anew takes four times as long as to ask it.

    And where its values go: 0 for the person's key, 1 for the team's slug.
    """
    nobody, nowhere = UUID(int=0), "-"
    found = Membership.objects.select_related("team").filter(user=nobody, team__slug=nowhere)
    statement, values = found.order_by().query.sql_with_params()
    return statement, tuple((nobody, nowhere).index(value) for value in values)


@cache
def _names(model: type[Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


def lacks_second_factor(user: User, team: Team) -> bool:
    """Whether the team wants a second factor of its members and this one has none."""
    return team.requires_second_factor and not user.has_second_factor


def member_of_team(permission: Permission) -> Callable[[View], View]:
    """Let only members with this permission in: sign-in first, 404 for strangers, 403 without the right.

    Where the team wants a second factor, who has none is sent to set one up.
    The address's `team_slug` is consumed; the view gets `request.team` and `request.membership`.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        @login_required
        def inner(request: Any, team_slug: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
            membership = membership_of(request.user, team_slug)
            if membership is None:
                raise Http404("No such team")
            if lacks_second_factor(request.user, membership.team):
                messages.info(request, f"{membership.team} wants a second factor. Set one up, then go on.")
                return send_to(request, reverse("accounts:security"))
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
