"""What the product holds of a person: each app says how to collect its own part (GDPR, articles 15 and 20).

@collects("library", Video)
def of_person(user: Any) -> Iterator[Part]:
    yield Part("videos.json", rows=[…])
    yield Part("videos/take-4.mp4", open=asset.open)

Rows that point at a person go or lose the name with them, as their foreign key says (article 17). What names a person
otherwise, such as a list of e-mail addresses, an app removes itself:

@forgets("notifications")
def forget_person(user: Any) -> None: …
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import IO, Any

from django.db import models


@dataclass(frozen=True)
class Part:
    """One file of the export: `rows` become JSON, or `open` gives the bytes. `path` is below the app's folder."""

    path: str
    rows: Any = None
    open: Callable[[], AbstractContextManager[IO[bytes]]] | None = field(default=None, repr=False)


Collect = Callable[[Any], Iterable[Part]]
Forget = Callable[[Any], None]
_collectors: dict[str, Collect] = {}
_forgetters: dict[str, Forget] = {}
COLLECTED: dict[type[models.Model], str] = {}


def collects(app: str, *held: type[models.Model]) -> Callable[[Collect], Collect]:
    """Register `function(user)` as what the app holds of a person, in these models. No secret may be in it."""

    def register(function: Collect) -> Collect:
        if app in _collectors:
            raise ValueError(f"the personal data of {app} is collected twice")
        _collectors[app] = function
        COLLECTED.update(dict.fromkeys(held, app))
        return function

    return register


def forgets(app: str) -> Callable[[Forget], Forget]:
    """Register `function(user)`, called within the transaction that then deletes the person."""

    def register(function: Forget) -> Forget:
        if app in _forgetters:
            raise ValueError(f"{app} forgets people twice")
        _forgetters[app] = function
        return function

    return register


def parts_of(user: Any) -> Iterator[tuple[str, Part]]:
    """(folder, part) of everything, app by app."""
    for app in sorted(_collectors):
        for part in _collectors[app](user):
            yield app, part


def forget(user: Any) -> None:
    """Let every app remove what names the person beyond the rows that point at them."""
    for app in sorted(_forgetters):
        _forgetters[app](user)
