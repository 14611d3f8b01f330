"""What the product holds of a person: each app says how to collect its own part (GDPR, articles 15 and 20).

@collects("library")
def of_person(user: Any) -> Iterator[Part]:
    yield Part("videos.json", rows=[…])
    yield Part("videos/take-4.mp4", open=asset.open)
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import IO, Any


@dataclass(frozen=True)
class Part:
    """One file of the export: `rows` become JSON, or `open` gives the bytes. `path` is below the app's folder."""

    path: str
    rows: Any = None
    open: Callable[[], AbstractContextManager[IO[bytes]]] | None = field(default=None, repr=False)


Collect = Callable[[Any], Iterable[Part]]
_collectors: dict[str, Collect] = {}


def collects(app: str) -> Callable[[Collect], Collect]:
    """Register `function(user)` as what the app holds of a person. No secret may be in it."""

    def register(function: Collect) -> Collect:
        if app in _collectors:
            raise ValueError(f"the personal data of {app} is collected twice")
        _collectors[app] = function
        return function

    return register


def parts_of(user: Any) -> Iterator[tuple[str, Part]]:
    """(folder, part) of everything, app by app."""
    for app in sorted(_collectors):
        for part in _collectors[app](user):
            yield app, part
