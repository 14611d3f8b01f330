"""When what platforms allow comes back: at midnight somewhere, or so long after it was used."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from apps.connections.capabilities import Bucket

ZONES: dict[str, tzinfo] = {"pacific-midnight": ZoneInfo("America/Los_Angeles"), "utc-midnight": UTC}
SLOTS = 24  # a sliding window is counted in so many parts


@dataclass(frozen=True)
class Window:
    """What is used now is counted from `start` on, and counts until `end`."""

    start: datetime
    end: datetime


def window_of(bucket: Bucket, now: datetime) -> Window:
    """The window that a use at `now` belongs to. A day of the Pacific has 23 or 25 hours when the clocks change."""
    zone = ZONES.get(bucket.resets)
    if zone is not None:
        day = now.astimezone(zone).date()
        return Window(_midnight(day, zone), _midnight(day + timedelta(days=1), zone))
    slot_s = max(bucket.window_s / SLOTS, 1.0)
    start = datetime.fromtimestamp(now.timestamp() // slot_s * slot_s, UTC)
    return Window(start, start + timedelta(seconds=slot_s + bucket.window_s))


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)
