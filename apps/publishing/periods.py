"""The months and weeks that a calendar shows, on the clock of a zone (PUB-07)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, time, timedelta

from apps.publishing.clock import zone_of

DAY, WEEK = timedelta(days=1), timedelta(days=7)
VIEWS = ("month", "week")


@dataclass(frozen=True)
class Period:
    """What is shown: whole weeks from Monday `first` to Sunday `last`. `anchor` is the day that was asked for."""

    view: str
    anchor: date
    first: date
    last: date
    zone: str

    @property
    def begins(self) -> datetime:
        return midnight(self.first, self.zone)

    @property
    def ends(self) -> datetime:
        """The first moment after it."""
        return midnight(self.last + DAY, self.zone)

    @property
    def before(self) -> date:
        if self.view == "week":
            return self.anchor - WEEK
        return (self.anchor.replace(day=1) - DAY).replace(day=1)

    @property
    def after(self) -> date:
        if self.view == "week":
            return self.anchor + WEEK
        return (self.anchor.replace(day=1) + timedelta(days=31)).replace(day=1)

    def days(self) -> Iterator[date]:
        day = self.first
        while day <= self.last:
            yield day
            day += DAY

    def holds(self, day: date) -> bool:
        """Whether the day belongs to what was asked for, and not to the rest of its first or last week."""
        return self.view == "week" or (day.year, day.month) == (self.anchor.year, self.anchor.month)


def period_of(view: str, anchor: date, zone: str) -> Period:
    """The week or the month of this day; a view that is not known is a month."""
    view = view if view in VIEWS else "month"
    anchor = min(max(anchor, date(MINYEAR + 1, 1, 1)), date(MAXYEAR - 1, 12, 31))  # room to step both ways
    start = anchor if view == "week" else anchor.replace(day=1)
    end = anchor if view == "week" else (start + timedelta(days=31)).replace(day=1) - DAY
    return Period(
        view,
        anchor,
        start - timedelta(days=start.weekday()),
        end + timedelta(days=6 - end.weekday()),
        zone,
    )


def midnight(day: date, zone: str) -> datetime:
    """When the day begins there; where the clock leaps over midnight, the first moment after the leap."""
    here = datetime.combine(day, time.min, tzinfo=zone_of(zone))
    return here.astimezone(UTC)
