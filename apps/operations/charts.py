"""Charts that the server draws: a bar for each day, as numbers that an SVG can take."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

WIDTH = 600
HEIGHT = 96
GAP = 2


@dataclass(frozen=True)
class Bar:
    """One day. `x`, `y`, `width` and `height` are in units of the drawing (WIDTH by HEIGHT)."""

    day: date
    value: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Chart:
    """A title, the sum of all days, the highest of them, and the bars. Days without anything have a bar of 0."""

    title: str
    kind: str
    total: int
    peak: int
    bars: tuple[Bar, ...]

    @property
    def first(self) -> date:
        return self.bars[0].day

    @property
    def last(self) -> date:
        return self.bars[-1].day


def days_until(last: date, count: int) -> list[date]:
    """So many days, the last one included, in order."""
    return [last - timedelta(days=back) for back in range(count - 1, -1, -1)]


def draw(title: str, values: Mapping[date, int], days: Sequence[date], *, kind: str = "") -> Chart:
    """The chart of these days. `kind` is a colour: "", ok or live. What is not nothing is at least 2 units high."""
    peak = max((values.get(day, 0) for day in days), default=0)
    step = WIDTH / len(days)
    bars = []
    for place, day in enumerate(days):
        value = values.get(day, 0)
        height = max(2.0, value / peak * HEIGHT) if value else 0.0
        bars.append(
            Bar(
                day,
                value,
                round(place * step, 2),
                round(HEIGHT - height, 2),
                round(step - GAP, 2),
                round(height, 2),
            )
        )
    return Chart(title, kind, sum(bar.value for bar in bars), peak, tuple(bars))
