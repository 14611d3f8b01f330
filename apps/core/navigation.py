"""The studio's side bar: apps register their pages here, members see those that exist and that they may open.

An app registers from `apps/<app>/navigation.py`, which is imported when Django is ready:

    from apps.core.navigation import NavItem, register
    register(NavItem("Make", "Library", "library:list", "film", Permission.VIEW_STUDIO))
"""

from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse

GROUPS = ("", "Make", "Publish", "Live", "Engage", "Learn", "Earn", "Run", "Settings")


@dataclass(frozen=True)
class NavItem:
    """One page in the side bar and in the command box.

    `group` is one of GROUPS; `url_name` is reversed with the team's slug; `icon` is a symbol of img/icons.svg;
    `permission` is what a member needs to open the page; items stand in `order`, then as registered.
    `keywords` are further words by which the command box finds it.
    """

    group: str
    label: str
    url_name: str
    icon: str
    permission: Any
    order: int = 100
    keywords: str = ""


@dataclass(frozen=True)
class Link:
    """An item resolved for one team."""

    label: str
    url: str
    icon: str
    keywords: str
    current: bool


@dataclass(frozen=True)
class Group:
    name: str
    links: tuple[Link, ...]


_items: list[NavItem] = []


def register(*items: NavItem) -> None:
    """Add pages to the side bar. An unknown group is an error of the programmer: ValueError."""
    for item in items:
        if item.group not in GROUPS:
            raise ValueError(f"{item.label}: {item.group!r} is not a group of the side bar")
        if item not in _items:
            _items.append(item)


def items() -> tuple[NavItem, ...]:
    return tuple(_items)


def groups_for(membership: Any, path: str = "") -> tuple[Group, ...]:
    """The side bar of this member: pages that resolve and that the role may open, the one at `path` marked."""
    seen = [
        (item, url)
        for item in sorted(_items, key=lambda item: item.order)
        if membership.may(item.permission) and (url := _address(item, membership.team.slug))
    ]
    inside = [url for _, url in seen if path == url or (path.startswith(url) and url.count("/") > 3)]
    current = max(inside, key=len, default="")
    found = []
    for name in GROUPS:
        links = tuple(
            Link(item.label, url, item.icon, item.keywords, url == current)
            for item, url in seen
            if item.group == name
        )
        if links:
            found.append(Group(name, links))
    return tuple(found)


def _address(item: NavItem, team_slug: str) -> str:
    try:
        return reverse(item.url_name, kwargs={"team_slug": team_slug})
    except NoReverseMatch:
        return ""
