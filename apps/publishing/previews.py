"""How a post will look on each of its channels, and how it stands against their limits."""

from dataclasses import dataclass

from apps.connections.capabilities import PostKind
from apps.connections.models import Connection
from apps.connections.registry import Platform
from apps.library.models import Asset
from apps.publishing.checks import Checked
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

    @property
    def connection(self) -> Connection:
        return self.channel.connection

    @property
    def platform(self) -> Platform:
        return self.channel.platform

    @property
    def troubles(self) -> int:
        stops = sum(warning.stops for warning in self.channel.warnings)
        return stops + sum(finding.stops for finding in self.checked.findings)


def previews_of(form: ComposerForm) -> list[Preview]:
    """Of every chosen channel. The form may be wrong: what is right of it is shown."""
    found = []
    for channel in form.chosen:
        channel.form.is_valid()
        shape = _shape(channel.platform.slug, form.post_kind)
        found.append(
            Preview(channel, form.said(channel), form.asset_of(channel), form.checked(channel), shape)
        )
    return found


def _shape(platform: str, kind: PostKind) -> str:
    if platform in ("tiktok", "instagram") or kind == PostKind.SHORT:
        return TALL
    return FEED if platform == "facebook" else WIDE
