"""What operators hear of the installation's safety."""

from dataclasses import dataclass

from apps.events.registry import define_event


@dataclass(frozen=True)
class AdvisoriesFound:
    found: list[str]


@dataclass(frozen=True)
class AdvisoriesUnknown:
    problem: str
    last_reached: str


ADVISORIES_FOUND = define_event(
    "security.advisories_found",
    data=AdvisoriesFound,
    summary="The nightly check found new vulnerabilities in packages that this installation runs.",
)
ADVISORIES_UNKNOWN = define_event(
    "security.advisories_unknown",
    data=AdvisoriesUnknown,
    summary="The nightly check could not reach the advisory database, so nobody knows whether packages are safe.",
)
