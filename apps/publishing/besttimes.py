"""When posts do best (PUB-08): from what a channel's own posts did, and where there is too little of that, defaults.

The defaults are ours: a place to begin, not the result of a study, and pages call them so. They follow when people are
free: the evening, and on days off the late morning.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import time

WEEKDAYS, WEEKEND = range(5), (5, 6)
LEAST_POSTS = 12  # of one channel, before its own results say more than chance
SMOOTHED = 3  # an hour with fewer posts of its own is drawn towards the channel's mean by as many
HOURS_BESIDE = 1  # a post tells something about the hour before and after, too


@dataclass(frozen=True, order=True)
class Hour:
    """An hour of the week, on the clock of the team's zone. `weekday` 0 is Monday."""

    weekday: int
    hour: int

    @property
    def begins(self) -> time:
        return time(self.hour)


@dataclass(frozen=True)
class Outcome:
    """One post that is out: when on the team's clock, and how often it was seen."""

    hour: Hour
    views: int


@dataclass(frozen=True)
class Scores:
    """How good each hour of the week is, from 0 to 1. `own` says how many posts of the channel it was learnt from; 0:
    these are our defaults."""

    hours: Mapping[Hour, float]
    own: int = 0

    def of(self, hour: Hour) -> float:
        return self.hours.get(hour, 0.0)

    def best(self, count: int) -> list[Hour]:
        """The best hours, no two of one day beside each other; among equals those of days that have fewer, and earlier
        ones of the week."""
        found: list[Hour] = []
        left = set(self.hours)
        while left and len(found) < count:
            days = [hour.weekday for hour in found]
            best = min(left, key=lambda each: (-self.hours[each], days.count(each.weekday), each))
            found.append(best)
            left = {each for each in left if each.weekday != best.weekday or abs(each.hour - best.hour) > 2}
        return found


# Of each platform the hours on working days and on days off; what is not named is worth less the further it is away.
_PEAKS: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
    "youtube": ((17, 20), (10, 16)),
    "tiktok": ((12, 19), (11, 20)),
    "instagram": ((8, 12, 18), (10, 19)),
    "facebook": ((9, 13), (10,)),
}
_OTHER = ((12, 18), (11,))


def defaults(platform: str) -> Scores:
    """Where to begin on a platform, before a channel has results of its own."""
    working, off = _PEAKS.get(platform, _OTHER)
    return Scores(
        {
            Hour(day, hour): score
            for day in range(7)
            for hour in range(24)
            if (score := _near(hour, off if day in WEEKEND else working)) > 0
        }
    )


def _near(hour: int, peaks: Iterable[int]) -> float:
    distance = min(min(abs(hour - peak), 24 - abs(hour - peak)) for peak in peaks)
    return max(0.0, 1.0 - distance / 4)


def learnt(platform: str, outcomes: Iterable[Outcome]) -> Scores:
    """What a channel's posts say. Below LEAST_POSTS of them: the defaults.

    Each hour has the mean of the views around it, drawn to the mean of all where it rests on few posts, and the best
    hour is 1.
    """
    every = list(outcomes)
    if len(every) < LEAST_POSTS:
        return defaults(platform)
    mean = sum(outcome.views for outcome in every) / len(every)
    seen: dict[Hour, list[int]] = {}
    for outcome in every:
        for beside in range(-HOURS_BESIDE, HOURS_BESIDE + 1):
            hour = outcome.hour.hour + beside
            if 0 <= hour <= 23:
                seen.setdefault(Hour(outcome.hour.weekday, hour), []).append(outcome.views)
    means = {hour: (sum(views) + SMOOTHED * mean) / (len(views) + SMOOTHED) for hour, views in seen.items()}
    top = max(means.values())
    return Scores({hour: value / top if top else 0.0 for hour, value in means.items()}, own=len(every))
