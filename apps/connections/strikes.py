"""How strikes stand against channels: how many count today, and how near a platform is to ending one (CON-03)."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from apps.connections.models import Connection, StrikeState
from apps.connections.registry import PLATFORMS, StrikeRules

WORTH_A_WARNING = 2


@dataclass(frozen=True)
class Risk:
    """`active` strikes count today, `of_a_kind` of them are of the same kind, and `most` of one kind end the channel
    (0: not known). `suggested` ones wait for a person and count for nothing."""

    active: int = 0
    of_a_kind: int = 0
    suggested: int = 0
    most: int = 0

    @property
    def is_near(self) -> bool:
        """One more may end the channel; where it is not known how many do, two are taken for near."""
        return self.of_a_kind >= (self.most - 1 if self.most else WORTH_A_WARNING)

    @property
    def ends_channel(self) -> bool:
        return 0 < self.most <= self.of_a_kind


def rules_of(connection: Connection) -> StrikeRules:
    """What the connection's platform does with strikes."""
    platform = PLATFORMS.get(connection.platform)
    return platform.strikes if platform else StrikeRules()


def risk_of(connection: Connection, today: date | None = None) -> Risk:
    """How the connection stands today. Reads its `strikes` whole: lists prefetch them."""
    day = today or timezone.localdate()
    kept = list(connection.strikes.all())
    kinds = Counter(strike.kind for strike in kept if strike.counts_on(day))
    return Risk(
        active=kinds.total(),
        of_a_kind=max(kinds.values(), default=0),
        suggested=sum(strike.state == StrikeState.SUGGESTED for strike in kept),
        most=rules_of(connection).most,
    )


def warning_of(connection: Connection) -> str:
    """The sentence for whoever is about to post there; empty while there is little to fear."""
    risk, rules = risk_of(connection), rules_of(connection)
    if risk.active < WORTH_A_WARNING:
        return ""
    has = f"{connection.name} has {risk.active} active strikes."
    if not risk.most:
        return f"{has} What breaks a rule now may cost the channel."
    platform = PLATFORMS[connection.platform].name
    law = f"{platform} ends a channel at {risk.most} of one kind within {rules.lasts_days} days"
    if risk.ends_channel:
        return f"{has} {law}: see there whether it still stands."
    return f"{has} {law}{', so one more ends it' if risk.is_near else ''}."
