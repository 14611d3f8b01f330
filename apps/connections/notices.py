"""What people are told about connections."""

from apps.connections.events import (
    CONNECTION_BROKEN,
    CONNECTION_EXPIRING,
    CONNECTION_STRIKE,
    QUOTA_NEAR,
    ConnectionBroken,
    ConnectionExpiring,
    QuotaNear,
    StrikeChanged,
)
from apps.connections.models import StrikeState
from apps.connections.registry import PLATFORMS
from apps.events.models import Event
from apps.notifications.choices import Priority, Wording
from apps.notifications.registry import Words, define_notice, page_of
from apps.teams.roles import Permission


def _name(platform: str) -> str:
    return PLATFORMS[platform].name if platform in PLATFORMS else platform


def broken(event: Event) -> Words | None:
    data: ConnectionBroken = event.typed_data
    name = _name(data.platform)
    return Words(
        Wording(f"{name} no longer lets “{data.name}” in", f"{name} lässt „{data.name}“ nicht mehr herein"),
        data.reason,
        page_of(event, "connections:detail"),
    )


def expiring(event: Event) -> Words | None:
    data: ConnectionExpiring = event.typed_data
    name = _name(data.platform)
    return Words(
        Wording(
            f"Reconnect “{data.name}” on {name} within a day",
            f"Verbinden Sie „{data.name}“ auf {name} innerhalb eines Tages neu",
        ),
        Wording(
            "What was allowed there ends then, and nothing goes out after it. One click renews it.",
            "Die Erlaubnis dort endet dann, und danach geht nichts mehr hinaus. Ein Klick erneuert sie.",
        ),
        page_of(event, "connections:detail"),
    )


def quota_near(event: Event) -> Words | None:
    data: QuotaNear = event.typed_data
    name = _name(data.platform)
    used = f"{data.used:,} / {data.limit:,}" if data.limit else ""
    return Words(
        Wording(
            f"{name}: four fifths of “{data.bucket}” are used",
            f"{name}: vier Fünftel von „{data.bucket}“ sind verbraucht",
        ),
        Wording(
            f"{used} What does not fit waits for the reset and goes on by itself.".strip(),
            f"{used} Was nicht mehr passt, wartet auf den Neubeginn und geht von selbst weiter.".strip(),
        ),
        page_of(event, "connections:detail"),
    )


def strike_suggested(event: Event) -> Words | None:
    """Only what the product noticed by itself: whatever a person wrote down, people know."""
    data: StrikeChanged = event.typed_data
    if data.state != StrikeState.SUGGESTED:
        return None
    name = _name(data.platform)
    return Words(
        Wording(
            f"{name} may have given “{data.name}” a strike",
            f"{name} hat „{data.name}“ vielleicht verwarnt",
        ),
        Wording(
            f"{data.about} Look there whether a strike came with it, then confirm or dismiss it.",
            f"{data.about} Sehen Sie dort nach, ob eine Verwarnung dazukam, und bestätigen oder verwerfen Sie sie.",
        ),
        page_of(event, "connections:detail"),
    )


define_notice(
    CONNECTION_BROKEN,
    label=Wording("A channel has to be reconnected", "Ein Kanal muss neu verbunden werden"),
    group="running",
    priority=Priority.HIGH,
    permission=Permission.MANAGE_CONNECTIONS,
    write=broken,
)
define_notice(
    CONNECTION_EXPIRING,
    label=Wording("A channel's permission ends soon", "Die Erlaubnis eines Kanals endet bald"),
    group="running",
    priority=Priority.HIGH,
    permission=Permission.MANAGE_CONNECTIONS,
    write=expiring,
)
define_notice(
    QUOTA_NEAR,
    label=Wording(
        "A platform's allowance is nearly used", "Das Kontingent einer Plattform ist fast verbraucht"
    ),
    group="running",
    permission=Permission.EDIT_POSTS,
    write=quota_near,
)
define_notice(
    CONNECTION_STRIKE,
    label=Wording("A channel may have a strike", "Ein Kanal ist vielleicht verwarnt"),
    group="running",
    priority=Priority.HIGH,
    permission=Permission.MANAGE_CONNECTIONS,
    write=strike_suggested,
)
