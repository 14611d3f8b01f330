"""How a post will look on each of its channels, and how it stands against their limits."""

from collections.abc import Iterable
from dataclasses import dataclass

from apps.connections.capabilities import PostKind
from apps.connections.models import Connection
from apps.connections.queries import Warning, warnings_for
from apps.connections.registry import Platform
from apps.library.models import Asset
from apps.publishing.checks import Checked, Counter
from apps.publishing.forms.composer import Channel, ComposerForm
from apps.publishing.words import Words

TALL, WIDE, FEED = "tall", "wide", "feed"


@dataclass(frozen=True)
class Preview:
    """One channel's post as its platform would draw it."""

    channel: Channel
    said: Words
    asset: Asset | None
    checked: Checked
    shape: str
    warnings: tuple[Warning, ...]

    @property
    def connection(self) -> Connection:
        return self.channel.connection

    @property
    def platform(self) -> Platform:
        return self.channel.platform

    @property
    def later_warnings(self) -> list[Warning]:
        """Those that the channel's card does not show: they come with the time that was chosen."""
        known = {warning.code for warning in self.channel.warnings}
        return [warning for warning in self.warnings if warning.code not in known]

    @property
    def troubles(self) -> int:
        stops = sum(warning.stops for warning in self.warnings)
        return stops + sum(finding.stops for finding in self.checked.findings)


def previews_of(form: ComposerForm) -> list[Preview]:
    """Of every chosen channel. The form may be wrong: what is right of it is shown."""
    found = []
    for channel in form.chosen:
        channel.form.is_valid()
        shape = _shape(channel.platform.slug, form.post_kind)
        warnings = warnings_for(channel.connection, form.post_kind, form.moment)
        said, asset, checked = form.said(channel), form.asset_of(channel), form.checked(channel)
        found.append(Preview(channel, said, asset, checked, shape, warnings))
    return found


def tightest(previews: Iterable[Preview]) -> dict[str, list[tuple[Platform, Counter]]]:
    """For the common title and text: how much of each platform's limit is used, each platform once."""
    found: dict[str, list[tuple[Platform, Counter]]] = {"title": [], "text": []}
    seen: set[tuple[str, str]] = set()
    for preview in previews:
        for counter in preview.checked.counters:
            field = "text" if counter.field == "hashtags" else counter.field
            key = (preview.platform.slug, counter.label)
            if field in found and key not in seen:
                seen.add(key)
                found[field].append((preview.platform, counter))
    return found


def _shape(platform: str, kind: PostKind) -> str:
    if platform in ("tiktok", "instagram") or kind == PostKind.SHORT:
        return TALL
    return FEED if platform == "facebook" else WIDE
