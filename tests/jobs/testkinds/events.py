"""An event for tests."""

from dataclasses import dataclass

from apps.events.registry import define_event


@dataclass(frozen=True)
class Said:
    word: str
    path: str = ""


SAID = define_event("tests.said", data=Said, summary="Somebody said a word in a test.")
