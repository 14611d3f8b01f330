"""When an evergreen series falls due (PUB-12): every so many days at a time on the clock, whatever the clocks do."""

from datetime import date, datetime, time, timedelta

from apps.publishing import clock


def occurrence(number: int, *, starts_on: date, every_days: int, at: time, zone: str) -> datetime:
    """The one of this number, from 0 on; where the clock leaps over the time, right after the leap."""
    return clock.nearest(datetime.combine(starts_on + timedelta(days=number * every_days), at), zone)


def next_after(
    after: datetime, *, starts_on: date, every_days: int, at: time, zone: str, ends_on: date | None = None
) -> datetime | None:
    """The first occurrence after this instant; None where the series has ended by then."""
    days = (clock.on_clock(after, zone).date() - starts_on).days
    number = max(0, days // every_days)
    while True:
        found = occurrence(number, starts_on=starts_on, every_days=every_days, at=at, zone=zone)
        if ends_on is not None and starts_on + timedelta(days=number * every_days) > ends_on:
            return None
        if found > after:
            return found
        number += 1
