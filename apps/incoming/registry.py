"""Which services may call us. Each is declared once, in the `hooks.py` of the app that understands it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apps.incoming.models import Hook


@dataclass(frozen=True)
class Call:
    """A call as it came in: heads by their names in small letters, the query, and the body to the byte."""

    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Genuine:
    """What is known of a call whose signature is right. `answer` is what the sender wants to read, if anything, and
    `answer_type` its media type."""

    delivery_id: str
    topic: str = ""
    sent_at: datetime | None = None
    answer: str = ""
    answer_type: str = "text/plain; charset=utf-8"


@dataclass(frozen=True)
class Source:
    """A service that calls us.

    `verify(call)` raises Refused unless the signature is right, before anything of the body is believed. `handle(hook)`
    is called once, in a job and within the transaction that marks it as handled: it touches only the database, and says
    whether there was something to do. `greet(query)` answers a GET by which the sender finds out whether the address is
    ours. `oldest` is how long after it was sent a call may still come; `keeps` are the heads that are kept.
    """

    name: str
    verify: Callable[[Call], Genuine]
    handle: Callable[["Hook"], bool]
    oldest: timedelta
    greet: Callable[[Mapping[str, str]], str] | None = None
    keeps: tuple[str, ...] = field(default=())


SOURCES: dict[str, Source] = {}


def define_source(source: Source) -> Source:
    """Declare it. Its address is /hooks/<name>/."""
    if source.name in SOURCES:
        raise ValueError(f"the source {source.name} is defined twice")
    SOURCES[source.name] = source
    return source
