"""What every template knows of the shell: theme, side bar, team and teams. Nothing is read until it is shown."""

from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language_bidi

from .navigation import Group, groups_for

THEMES = ("system", "light", "dark")


class Shell:
    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @property
    def theme(self) -> str:
        """The person's choice; before sign-in, this browser's."""
        user = getattr(self.request, "user", None)
        choice = getattr(user, "theme", None) or self.request.COOKIES.get("theme", "")
        return choice if choice in THEMES else "system"

    @property
    def side_is_narrow(self) -> bool:
        return self.request.COOKIES.get("side") == "narrow"

    @property
    def direction(self) -> str:
        return "rtl" if get_language_bidi() else "ltr"

    @property
    def embedded(self) -> bool:
        return bool(settings.EMBEDDED)

    @cached_property
    def memberships(self) -> list[Any]:
        """The person's places in teams, in the order of the teams' names."""
        user = getattr(self.request, "user", None)
        if user is None or not user.is_authenticated:
            return []
        return list(user.memberships.select_related("team").order_by("team__name"))

    @cached_property
    def membership(self) -> Any:
        """The team of the address; on a page without one, the person's first team, or None."""
        here = getattr(self.request, "membership", None)
        return here or next(iter(self.memberships), None)

    @property
    def team(self) -> Any:
        return self.membership.team if self.membership else None

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        return groups_for(self.membership, self.request.path) if self.membership else ()


def shell(request: HttpRequest) -> dict[str, Shell]:
    return {"shell": Shell(request)}
