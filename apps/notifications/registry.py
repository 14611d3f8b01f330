"""Which notices there are. Each is declared once, beside the feature that it is about (docs/how-to/notice.md)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from apps.events.registry import EventType
from apps.notifications.choices import DEFAULT_FROM, Channel, Priority, Wording
from apps.teams.roles import Permission

if TYPE_CHECKING:
    from apps.events.models import Event

GROUPS = {
    "making": Wording("Making videos", "Videos machen"),
    "publishing": Wording("Publishing", "Veröffentlichen"),
    "running": Wording("Running the studio", "Betrieb"),
    "showrunner": Wording("From Showrunner", "Von Showrunner"),
}


@dataclass(frozen=True)
class Words:
    """What a notice says, in every language. `href` is the address of what it is about, from the root on."""

    title: Wording | str
    body: Wording | str = ""
    href: str = ""


@dataclass(frozen=True)
class NoticeType:
    """One kind of notice.

    `permission` decides which members of a team hear of it, `write` makes the words of an event (None: this one
    is not worth a notice). `per_team` is False for what comes from the installation itself: preferences hold
    everywhere. With `gathers` False it is never part of a digest.
    """

    name: str
    label: Wording
    group: str
    priority: Priority
    permission: Permission
    event: EventType | None = None
    write: "Callable[[Event], Words | None] | None" = None
    per_team: bool = True
    gathers: bool = True

    def is_on_by_default(self, channel: Channel, priority: Priority | None = None) -> bool:
        return (priority or self.priority) >= DEFAULT_FROM[channel]


def page_of(event: "Event", name: str) -> str:
    """The address of what a team's event is about: of a page that takes the team and the subject's id."""
    return reverse(name, args=[event.team.slug, event.subject_id]) if event.team else ""


NOTICE_TYPES: dict[str, NoticeType] = {}


def define_notice(
    about: EventType | str,
    *,
    label: Wording,
    group: str,
    priority: Priority = Priority.NORMAL,
    permission: Permission = Permission.VIEW_STUDIO,
    write: "Callable[[Event], Words | None] | None" = None,
    name: str = "",
    per_team: bool = True,
    gathers: bool = True,
) -> NoticeType:
    """Declare a kind of notice: of an event, which it is named after and heard by itself, or by name.

    Raises ValueError where the name is taken, the group is unknown, or an event has nobody to write its words.
    """
    event = about if isinstance(about, EventType) else None
    name = name or (about if isinstance(about, str) else about.name)
    if name in NOTICE_TYPES:
        raise ValueError(f"the notice {name} is defined twice")
    if group not in GROUPS:
        raise ValueError(f"the notice {name} names an unknown group, {group}")
    if (event is None) != (write is None):
        raise ValueError(f"the notice {name} needs an event and somebody to write its words, or neither")
    NOTICE_TYPES[name] = NoticeType(name, label, group, priority, permission, event, write, per_team, gathers)
    return NOTICE_TYPES[name]
