"""What a video says differently on one platform (LIB-04)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from apps.connections.capabilities import Capability, TextLimits
from apps.connections.registry import PLATFORMS, Platform
from apps.library.errors import LibraryError


@dataclass(frozen=True)
class Override:
    """The words for one platform, by its slug; what is empty is as everywhere."""

    platform: str
    title: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.title or self.description or self.tags)

    def to_json(self) -> dict[str, Any]:
        return {"title": self.title, "description": self.description, "tags": list(self.tags)}


def platforms() -> list[Platform]:
    """Those on which a video can be published."""
    return [platform for platform in PLATFORMS.values() if platform.can(Capability.PUBLISH)]


def text_limits(platform: Platform) -> TextLimits:
    """How long words may be there, for whichever kind of post allows most."""
    return max((limits.text for limits in platform.limits.values()), key=lambda text: text.description)


def from_json(data: Mapping[str, Mapping[str, Any]]) -> tuple[Override, ...]:
    """The overrides of a row, by platform."""
    return tuple(
        Override(slug, said.get("title", ""), said.get("description", ""), tuple(said.get("tags", ())))
        for slug, said in sorted(data.items())
    )


def to_json(overrides: Iterable[Override]) -> dict[str, dict[str, Any]]:
    return {one.platform: one.to_json() for one in overrides}


def checked(overrides: Iterable[Override]) -> tuple[Override, ...]:
    """Without empty ones, by platform. Raises LibraryError beside the field (`title_youtube`) that is too long."""
    known = {platform.slug: platform for platform in platforms()}
    kept = {one.platform: one for one in overrides if not one.is_empty}
    for slug, one in kept.items():
        if slug not in known:
            raise LibraryError(f"There is no platform “{slug}”.")
        _check(one, known[slug])
    return tuple(kept[slug] for slug in sorted(kept))


def _check(one: Override, platform: Platform) -> None:
    limits = text_limits(platform)
    for name, most in (("title", limits.title), ("description", limits.description)):
        said = getattr(one, name)
        if said and not most:
            raise LibraryError(f"{platform.name} has no {name}.", field=f"{name}_{platform.slug}")
        if size(said, limits if name == "description" else None) > most:
            raise LibraryError(
                f"{platform.name} takes a {name} of at most {most:,} characters.",
                field=f"{name}_{platform.slug}",
            )
        if forbidden := set(said) & set(limits.forbidden):
            raise LibraryError(
                f"{platform.name} does not take {' '.join(sorted(forbidden))} in a {name}.",
                field=f"{name}_{platform.slug}",
            )
    if one.tags and not limits.tags:
        raise LibraryError(f"{platform.name} has no tags.", field=f"tags_{platform.slug}")


def size(text: str, limits: TextLimits | None) -> int:
    """How long a text is in the unit in which a platform counts it; in characters without one."""
    unit = limits.description_unit if limits else "characters"
    if unit == "bytes":
        return len(text.encode())
    return len(text.encode("utf-16-le")) // 2 if unit == "utf16" else len(text)
