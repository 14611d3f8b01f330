"""The platforms there are, by slug: each a folder of adapters below `apps/connections/platforms`."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from apps.connections.adapters import AppCredentials, Hooks, Identity, Publisher
from apps.connections.capabilities import Capability, Costs, Limits, PostKind
from apps.connections.models import StrikeKind


@dataclass(frozen=True)
class StrikeRules:
    """What a platform does with strikes, as far as it says so. One lasts `lasts_days`, and `most` of one kind at once
    end the account (0: not known). `refusals` are its words for refusing a post by a rule that strikes stand on."""

    lasts_days: int = 0
    most: int = 0
    refusals: Mapping[str, StrikeKind] = field(default_factory=dict)


@dataclass(frozen=True)
class Entry:
    """A page on which a person enters an account by hand: what its button says, and the name of its address."""

    words: str
    page: str


@dataclass(frozen=True)
class Platform:
    """An outside platform, and what it can do here.

    `scopes` are all that we ask for, with what each is for; `needed` maps a capability to the scopes without which it
    does not work. `how` is "oauth", or "address" where a person enters an address and a key: on one of the `entries`,
    changed on `change_page`; the key is called `secret_word`, and `answers(app, facts)` raises where nobody answers at
    what was entered. `icon` is a symbol of img/icons.svg, `colour` the token of its mark. `public_needs_audit` is the
    sentence people read while the application is not audited by the platform, `taken_back_at` the one that says where a
    person takes back what they allowed, for platforms that have no call for it.
    """

    slug: str
    name: str
    icon: str
    colour: str
    summary: str
    capabilities: frozenset[Capability]
    how: str = "oauth"
    identity: Identity | None = None
    publisher: Publisher | None = None
    hooks: Hooks | None = None
    scopes: Mapping[str, str] = field(default_factory=dict)
    needed: Mapping[Capability, tuple[str, ...]] = field(default_factory=dict)
    limits: Mapping[PostKind, Limits] = field(default_factory=dict)
    costs: Costs = field(default_factory=Costs)
    entries: tuple[Entry, ...] = ()
    change_page: str = ""
    answers: Callable[[AppCredentials, Mapping[str, Any]], None] | None = None
    secret_word: str = ""
    public_needs_audit: str = ""
    strikes: StrikeRules = StrikeRules()
    taken_back_at: str = ""
    account_word: str = "account"  # channel, page, profile

    @property
    def is_for_meetings(self) -> bool:
        """Whether people meet there: nothing is published, so there are no strikes either."""
        return self.can(Capability.MEETING)

    def can(self, capability: Capability) -> bool:
        return capability in self.capabilities


class _Platforms(Mapping[str, Platform]):
    """All of them by slug. Their modules are imported when the first is asked for."""

    def __getitem__(self, slug: str) -> Platform:
        return _load()[slug]

    def __iter__(self) -> Iterator[str]:
        return iter(_load())

    def __len__(self) -> int:
        return len(_load())


PLATFORMS: Mapping[str, Platform] = _Platforms()


@lru_cache(maxsize=1)
def _load() -> dict[str, Platform]:
    from apps.connections.platforms.facebook.platform import FACEBOOK
    from apps.connections.platforms.instagram.platform import INSTAGRAM
    from apps.connections.platforms.jitsi.platform import JITSI
    from apps.connections.platforms.restream.platform import RESTREAM
    from apps.connections.platforms.rtmp.platform import RTMP
    from apps.connections.platforms.teams.platform import TEAMS
    from apps.connections.platforms.tiktok.platform import TIKTOK
    from apps.connections.platforms.twitch.platform import TWITCH
    from apps.connections.platforms.youtube.platform import YOUTUBE
    from apps.connections.platforms.zoom.platform import ZOOM

    known = (YOUTUBE, TIKTOK, INSTAGRAM, FACEBOOK, TWITCH, RESTREAM, RTMP, ZOOM, TEAMS, JITSI)
    return {platform.slug: platform for platform in known}
