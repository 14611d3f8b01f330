"""What somebody should know of a post before it goes out, as data for pages, services and jobs."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """What follows from a finding."""

    STOPS = "stops"  # it does not go out like this
    MENDED = "mended"  # the product mends it before it goes out
    ADVICE = "advice"  # it goes out, and could be better


@dataclass(frozen=True)
class Finding:
    """One thing about a post on one channel. `mend` says what is done about it, or what a person can do; `field` is the
    field of the composer that it stands beside."""

    code: str
    sentence: str
    severity: Severity = Severity.STOPS
    mend: str = ""
    field: str = "video"

    @property
    def repairable(self) -> bool:
        return self.severity == Severity.MENDED

    @property
    def stops(self) -> bool:
        return self.severity == Severity.STOPS

    @property
    def whole(self) -> str:
        """The sentence with what follows from it."""
        return f"{self.sentence} {self.mend}".strip()


def first_stop(findings: Iterable[Finding]) -> Finding | None:
    return next((finding for finding in findings if finding.stops), None)
