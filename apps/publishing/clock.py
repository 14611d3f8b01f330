"""Times on the clock of a zone, and the moments that they are (PUB-04).

Twice a year a clock jumps. A time that it leaps over does not exist and is refused with the sentence a person needs;
a time that it shows twice means the first of the two, unless the second is asked for (`fold=1`, as in PEP 495).
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from apps.publishing.errors import PublishingError

PASSED = "This time has passed. Choose a later one."
SEARCH = timedelta(days=1)  # no zone ever leapt further


def zone_of(name: str) -> ZoneInfo:
    """The IANA zone of this name. Raises PublishingError beside the field `zone`."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise PublishingError(
            "Choose a time zone from the list, such as Europe/Berlin.", field="zone"
        ) from error


def moment(local: datetime, zone: str, *, fold: int = 0) -> datetime:
    """The instant (UTC) at which the clock of the zone shows `local`, which is without a zone itself.

    Raises PublishingError beside `due_at` for a time that the clock leaps over.
    """
    if local.tzinfo is not None:
        raise ValueError("a time on a clock has no zone of its own")
    here = local.replace(tzinfo=zone_of(zone), fold=fold)
    instant = here.astimezone(UTC)
    if instant.astimezone(here.tzinfo).replace(tzinfo=None) != local:
        after = _first_after_leap(local, zone)
        raise PublishingError(
            f"{local:%H:%M} does not exist on {local:%-d %B %Y} in {zone}: the clock is put forward to "
            f"{after:%H:%M}. Choose {after:%H:%M} or later.",
            field="due_at",
        )
    return instant


def is_ambiguous(local: datetime, zone: str) -> bool:
    """Whether the clock of the zone shows this time twice."""
    here = zone_of(zone)
    first, second = (local.replace(tzinfo=here, fold=fold).utcoffset() for fold in (0, 1))
    return first is not None and second is not None and first > second


def on_clock(instant: datetime, zone: str) -> datetime:
    """What the clock of the zone shows at this instant, without a zone."""
    return instant.astimezone(zone_of(zone)).replace(tzinfo=None)


def nearest(local: datetime, zone: str) -> datetime:
    """The instant at which the clock of the zone shows `local`; where it leaps over that, the first after the leap."""
    try:
        return moment(local, zone)
    except PublishingError:
        return moment(_first_after_leap(local, zone), zone)


def on_day(instant: datetime, zone: str, day: date) -> datetime:
    """The instant on another day at which the clock of the zone shows the same time as it did.

    Where that day leaps over it, the first time after the leap: a post that is dragged must land somewhere.
    """
    return nearest(datetime.combine(day, on_clock(instant, zone).time()), zone)


def _first_after_leap(local: datetime, zone: str) -> datetime:
    """What the clock shows right after it leapt over `local`: by how much it leaps, seen from before."""
    here = zone_of(zone)
    before = local.replace(tzinfo=here, fold=0).utcoffset() or timedelta()
    low, high = local.replace(tzinfo=UTC) - before - SEARCH, local.replace(tzinfo=UTC) - before
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(here).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high.astimezone(here).replace(tzinfo=None, microsecond=0)
