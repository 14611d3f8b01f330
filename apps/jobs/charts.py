"""Small charts that the server draws: coordinates for an SVG, without script."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 600.0, 120.0
GAP = 0.25  # of a bar's place


@dataclass(frozen=True)
class Bar:
    """One bar in the units of the drawing, y downwards, with its words."""

    x: float
    y: float
    width: float
    height: float
    title: str


@dataclass(frozen=True)
class Chart:
    """A drawing of WIDTH × HEIGHT: bars, or a line (`points`) with the area below it (`area`)."""

    label: str
    highest: int
    bars: tuple[Bar, ...] = ()
    points: str = ""
    area: str = ""

    @property
    def view_box(self) -> str:
        return f"0 0 {WIDTH:g} {HEIGHT:g}"


def bars(label: str, values: Sequence[int], titles: Sequence[str]) -> Chart:
    """A bar for each value; nothing is drawn for 0."""
    highest = max(values, default=0)
    place = WIDTH / max(1, len(values))
    drawn = tuple(
        Bar(
            x=round(number * place + place * GAP / 2, 2),
            y=round(HEIGHT - HEIGHT * value / highest, 2),
            width=round(place * (1 - GAP), 2),
            height=round(HEIGHT * value / highest, 2),
            title=titles[number],
        )
        for number, value in enumerate(values)
        if value
    )
    return Chart(label, highest, bars=drawn)


def line(label: str, values: Sequence[int]) -> Chart:
    """The values from left to right; the highest one touches the top."""
    highest = max(values, default=0)
    step = WIDTH / max(1, len(values) - 1)
    spots = [
        f"{number * step:.1f},{HEIGHT - (HEIGHT - 2) * value / max(1, highest):.1f}"
        for number, value in enumerate(values)
    ]
    area = f"0,{HEIGHT:g} {' '.join(spots)} {WIDTH:g},{HEIGHT:g}"
    return Chart(label, highest, points=" ".join(spots), area=area)
