"""Finding a figure in words: “73 %”, “$1.2 million”, “3x”, “1,200 people”, “2024”."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_FIGURE = re.compile(
    r"(?<![\w.,:/-])(?P<prefix>[$€£¥₹+]?)\s?(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d{1,9}(?:\.\d{1,2})?)"
    r"\s?(?P<suffix>%|[xX×](?!\w)|[kKmMbB](?!\w)|\+|°)?(?![\w:/-]|[.,]\d)",
    re.ASCII,
)


@dataclass(frozen=True)
class Figure:
    """A number with what stands around it. `label` is the rest of the words, possibly empty."""

    value: float
    decimals: int
    prefix: str
    suffix: str
    label: str
    grouped: bool

    @property
    def is_share(self) -> bool:
        """True for a percentage of a whole."""
        return self.suffix == "%" and 0 <= self.value <= 100

    @property
    def is_year(self) -> bool:
        return (
            not (self.prefix or self.suffix or self.decimals or self.grouped) and 1500 <= self.value <= 2199
        )

    def shown(self, value: float) -> str:
        """The figure as it reads with another value, such as on the way up from nothing."""
        number = f"{value:,.{self.decimals}f}" if self.grouped else f"{value:.{self.decimals}f}"
        return f"{self.prefix}{number}{self.suffix}"


def figure_in(words: Sequence[str]) -> Figure | None:
    """The first figure in the words, or None."""
    text = " ".join(words)
    match = _FIGURE.search(text)
    if match is None:
        return None
    number = match["number"]
    plain = number.replace(",", "")
    before, after = text[: match.start()].split(), text[match.end() :].split()
    return Figure(
        value=float(plain),
        decimals=len(plain.partition(".")[2]),
        prefix=match["prefix"],
        suffix=match["suffix"] or "",
        label=" ".join((after or before)[:3]).strip(" .,;:!?"),
        grouped="," in number,
    )
