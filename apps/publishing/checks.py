"""How a post stands on one channel while somebody writes it (PUB-01): how much is used, and what was found.

All limits are those of apps.connections.capabilities; nothing is asked of anybody, so it can be done while typing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from apps.connections.capabilities import PostKind, TextLimits
from apps.connections.registry import Platform
from apps.library.models import Asset
from apps.publishing import preflight
from apps.publishing.findings import Finding
from apps.publishing.wordcheck import MENTION, hashtags_of, length_in, tags_length
from apps.publishing.words import MAY_TRIM, Words

NEAR = 0.9


@dataclass(frozen=True)
class Counter:
    """How much of what a platform allows is used. `field` is the form's name of what is counted."""

    field: str
    label: str
    used: int
    limit: int

    @property
    def is_over(self) -> bool:
        return self.used > self.limit

    @property
    def is_near(self) -> bool:
        return not self.is_over and self.used >= self.limit * NEAR

    @property
    def share(self) -> float:
        return min(self.used / self.limit, 1.0) if self.limit else 0.0


@dataclass(frozen=True)
class Checked:
    """What came of looking at one channel."""

    counters: tuple[Counter, ...]
    findings: tuple[Finding, ...]

    @property
    def stops(self) -> bool:
        return any(finding.stops for finding in self.findings)


def check(
    said: Words,
    platform: Platform,
    kind: PostKind,
    asset: Asset | None,
    facts: Mapping[str, Any] | None = None,
) -> Checked:
    """What one channel makes of these words and this file. `facts` are those of its connection."""
    limits = platform.limits.get(kind)
    counters = tuple(_counters(said, limits.text)) if limits else ()
    may_trim = bool(said.options.get(MAY_TRIM))
    of_file = preflight.of_file(asset, platform, kind, facts or {}, may_trim=may_trim)
    return Checked(counters, (*of_file.findings, *preflight.of_words(said, platform, kind)))


def _counters(said: Words, limits: TextLimits) -> Iterable[Counter]:
    counted = (
        ("title", "Title", len(said.title), limits.title),
        ("text", "Text", length_in(said.description, limits.description_unit), limits.description),
        ("tags", "Tags", tags_length(said.tags), limits.tags),
        ("hashtags", "Hashtags", len(hashtags_of(said)), limits.hashtags),
        ("text", "Mentions", len(MENTION.findall(said.text)), limits.mentions),
        ("first_comment", "First comment", len(said.first_comment), limits.comment),
    )
    for field, label, used, limit in counted:
        if limit and (used or label in ("Title", "Text")):
            yield Counter(field, label, used, limit)
