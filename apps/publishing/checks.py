"""Words and file of a post against what a platform takes (PUB-01), counted as the platform counts.

All limits are those of apps.connections.capabilities; nothing is asked of anybody, so it can be done while typing.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from apps.connections.capabilities import Limits, MediaLimits, PostKind, TextLimits
from apps.connections.registry import Platform
from apps.library.models import Asset
from apps.publishing.words import Words

HASHTAG = re.compile(r"(?<![\w#])#\w+")
MENTION = re.compile(r"(?<![\w@])@[\w.]+")
NEAR = 0.9
NEEDS_TITLE = frozenset({"youtube"})  # it refuses an upload without one
MB = 1_000_000


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
class Finding:
    """Something that the platform will not take, or will take otherwise than meant. `stops` says that it refuses."""

    field: str
    sentence: str
    stops: bool = True


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
    if limits is None:
        what = "shorts" if kind == PostKind.SHORT else "videos"
        return Checked((), (Finding("kind", f"{platform.name} takes no {what}."),))
    counters = tuple(_counters(said, limits.text))
    findings = [*_word_findings(said, platform, limits.text, counters)]
    if asset is not None:
        findings += _file_findings(asset, platform, limits, kind, facts or {})
    return Checked(counters, tuple(findings))


def length(text: str, unit: str) -> int:
    """How long a platform takes the text to be."""
    if unit == "bytes":
        return len(text.encode())
    return len(text.encode("utf-16-le")) // 2 if unit == "utf16" else len(text)


def tags_length(tags: Iterable[str]) -> int:
    """As YouTube counts: the commas between them, and quotes around those with a space."""
    sizes = [len(tag) + (2 if " " in tag else 0) for tag in tags]
    return sum(sizes) + max(len(sizes) - 1, 0)


def _counters(said: Words, limits: TextLimits) -> Iterable[Counter]:
    text = f"{said.text} {said.description[len(said.text) :]}"
    counted = (
        ("title", "Title", len(said.title), limits.title),
        ("text", "Text", length(said.description, limits.description_unit), limits.description),
        ("tags", "Tags", tags_length(said.tags), limits.tags),
        ("hashtags", "Hashtags", len(HASHTAG.findall(text)), limits.hashtags),
        ("text", "Mentions", len(MENTION.findall(said.text)), limits.mentions),
        ("first_comment", "First comment", len(said.first_comment), limits.comment),
    )
    for field, label, used, limit in counted:
        if limit and (used or label in ("Title", "Text")):
            yield Counter(field, label, used, limit)


def _word_findings(
    said: Words, platform: Platform, limits: TextLimits, counters: Iterable[Counter]
) -> Iterable[Finding]:
    if platform.slug in NEEDS_TITLE and not said.title:
        yield Finding("title", f"{platform.name} wants a title.")
    for counter in counters:
        if counter.is_over:
            unit = "bytes" if counter.label == "Text" and limits.description_unit == "bytes" else ""
            yield Finding(counter.field, _too_much(platform, counter, unit))
    for sign in limits.forbidden:
        for field, text in (("title", said.title), ("text", said.description)):
            if sign in text:
                yield Finding(field, f"{platform.name} takes no “{sign}” here.")


def _too_much(platform: Platform, counter: Counter, unit: str) -> str:
    over = counter.used - counter.limit
    if counter.label in ("Hashtags", "Mentions"):
        return f"{platform.name} takes {counter.limit} {counter.label.lower()}; take {over} out."
    return f"{platform.name} takes {counter.limit:,} {unit or 'characters'} here; it is {over:,} too long."


def _file_findings(
    asset: Asset, platform: Platform, limits: Limits, kind: PostKind, facts: Mapping[str, Any]
) -> Iterable[Finding]:
    media, name = limits.media, platform.name
    longest = min(filter(None, (media.duration_max_s, float(facts.get("longest_s") or 0))), default=None)
    seconds = asset.duration_s
    if seconds is not None and longest and seconds > longest:
        yield Finding("asset", f"{name} takes up to {_span(longest)}; this file has {_span(seconds)}.")
    if seconds is not None and seconds < media.duration_min_s:
        yield Finding(
            "asset", f"{name} takes {_span(media.duration_min_s)} or more; this file has {_span(seconds)}."
        )
    if media.size_max and asset.file.size > media.size_max:
        size, most = asset.file.size / MB, media.size_max / MB
        yield Finding(
            "asset", f"{name} takes files up to {most:,.0f} MB; this one has {size:,.0f} MB.", stops=False
        )
    yield from _shape_findings(asset, media, name, kind)


def _shape_findings(asset: Asset, media: MediaLimits, name: str, kind: PostKind) -> Iterable[Finding]:
    if not asset.width or not asset.height:
        return
    ratio = asset.width / asset.height
    if (media.ratio_max and ratio > media.ratio_max) or (media.ratio_min and ratio < media.ratio_min):
        what = "a short" if kind == PostKind.SHORT else "a video"
        yield Finding(
            "asset",
            f"{name} does not show {asset.width} × {asset.height} as {what}. Choose another file.",
            stops=False,
        )
    elif media.ratio_best and ratio / media.ratio_best > 1.3:
        yield Finding("asset", f"{name} shows upright files best; this one is wide.", stops=False)
    elif media.ratio_best and media.ratio_best / ratio > 1.3:
        yield Finding("asset", f"{name} shows wide files best; this one is upright.", stops=False)
    if media.side_min and min(asset.width, asset.height) < media.side_min:
        yield Finding("asset", f"{name} wants at least {media.side_min} pixels on each side.", stops=False)


def _span(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min" + (f" {rest} s" if rest else "")
