"""What people are told about posts: before they go out, and how they came out (PUB-13)."""

from datetime import datetime

from apps.events.models import Event
from apps.notifications.choices import Priority, Wording
from apps.notifications.registry import Words, define_notice, page_of
from apps.publishing import clock
from apps.publishing.events import (
    POST_BLOCKED,
    POST_DUE_SOON,
    POST_FAILED,
    POST_PARTLY_PUBLISHED,
    POST_PUBLISHED,
    SERIES_PAUSED,
    PostBlocked,
    PostDueSoon,
    PostEnded,
)
from apps.teams.roles import Permission


def due_soon(event: Event) -> Words:
    data: PostDueSoon = event.typed_data
    at = clock.on_clock(datetime.fromisoformat(data.due_at), data.zone)
    name, time, places = event.subject_name, f"{at:%H:%M} ({data.zone})", ", ".join(data.platforms)
    return Words(
        Wording(
            f"“{name}” goes out in {data.minutes} minutes", f"„{name}“ geht in {data.minutes} Minuten hinaus"
        ),
        Wording(f"At {time} on {places}.", f"Um {time} auf {places}."),
        page_of(event, "publishing:post"),
    )


def blocked(event: Event) -> Words:
    data: PostBlocked = event.typed_data
    at = clock.on_clock(datetime.fromisoformat(data.due_at), data.zone)
    name, time = event.subject_name, f"{at:%-d.%-m. %H:%M} ({data.zone})"
    return Words(
        Wording(f"“{name}” can't go out as it is", f"„{name}“ kann so nicht hinausgehen"),
        Wording(
            "\n".join([f"It is planned for {time}.", *_reasons(data.reasons)]),
            "\n".join([f"Geplant ist {time}.", *_reasons(data.reasons)]),
        ),
        page_of(event, "publishing:post"),
    )


def _reasons(by_channel: dict[str, str]) -> list[str]:
    return [f"{name}: {reason}" for name, reason in by_channel.items()]


def published(event: Event) -> Words:
    name = event.subject_name
    return _result(event, Wording(f"“{name}” is published", f"„{name}“ ist veröffentlicht"))


def partly_published(event: Event) -> Words:
    name, data = event.subject_name, event.typed_data
    failed, every = len(data.failed), len(data.failed) + len(data.links)
    title = Wording(
        f"“{name}” failed on {failed} of {every} channels",
        f"„{name}“ ist auf {failed} von {every} Kanälen gescheitert",
    )
    return _result(event, title)


def failed(event: Event) -> Words:
    name = event.subject_name
    return _result(event, Wording(f"“{name}” was not published", f"„{name}“ wurde nicht veröffentlicht"))


def _result(event: Event, title: Wording) -> Words:
    return Words(title, "\n".join(_lines(event.typed_data)), page_of(event, "publishing:post"))


def series_paused(event: Event) -> Words:
    name = event.subject_name
    title = Wording(f"The series “{name}” is paused", f"Die Serie „{name}“ ist angehalten")
    return Words(title, event.typed_data.reason, page_of(event, "publishing:series"))


def _lines(data: PostEnded) -> list[str]:
    """A line for each channel: what went wrong first, then where it is seen."""
    wrong = _reasons(data.failed)
    seen = [f"{name}: {link}" if link else name for name, link in data.links.items()]
    missing = [f"{name}: {warning}" for name, warnings in data.warnings.items() for warning in warnings]
    return [*wrong, *seen, *missing]


define_notice(
    POST_DUE_SOON,
    label=Wording("A post goes out soon", "Ein Beitrag geht bald hinaus"),
    group="publishing",
    permission=Permission.EDIT_POSTS,
    write=due_soon,
)
define_notice(
    POST_BLOCKED,
    label=Wording("A planned post can't go out as it is", "Ein geplanter Beitrag kann so nicht hinausgehen"),
    group="publishing",
    priority=Priority.HIGH,
    permission=Permission.EDIT_POSTS,
    write=blocked,
)
define_notice(
    POST_PUBLISHED,
    label=Wording("A post is published", "Ein Beitrag ist veröffentlicht"),
    group="publishing",
    permission=Permission.EDIT_POSTS,
    write=published,
)
define_notice(
    POST_PARTLY_PUBLISHED,
    label=Wording("A post failed on some channels", "Ein Beitrag ist auf manchen Kanälen gescheitert"),
    group="publishing",
    priority=Priority.HIGH,
    permission=Permission.EDIT_POSTS,
    write=partly_published,
)
define_notice(
    POST_FAILED,
    label=Wording("A post was not published", "Ein Beitrag wurde nicht veröffentlicht"),
    group="publishing",
    priority=Priority.HIGH,
    permission=Permission.EDIT_POSTS,
    write=failed,
)
define_notice(
    SERIES_PAUSED,
    label=Wording("An evergreen series stopped", "Eine immergrüne Serie hält an"),
    group="publishing",
    priority=Priority.HIGH,
    permission=Permission.EDIT_POSTS,
    write=series_paused,
)
