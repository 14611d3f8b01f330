"""What can happen, declared once and typed; and who wants to hear of it."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, fields, is_dataclass
from types import UnionType
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin, get_type_hints

from apps.core.text import spoken

if TYPE_CHECKING:
    from apps.events.models import Event
    from apps.teams.models import Team

Subscriber = Callable[["Event"], None]


@dataclass(frozen=True)
class EventType:
    """One kind of event: its name (`video.ready`), the dataclass of its data, a sentence, and what people call it."""

    name: str
    data: type[Any]
    summary: str
    title: str
    unheard_because: str = ""

    def to_json(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, self.data):
            raise TypeError(f"{self.name} takes {self.data.__name__}, not {type(data).__name__}")
        return asdict(data)

    def from_json(self, data: dict[str, Any]) -> Any:
        """The typed data again; fields that a newer version dropped are ignored."""
        known = {field.name for field in fields(self.data)}
        return self.data(**{name: value for name, value in data.items() if name in known})


Wanted = Callable[["Team | None", str], bool]

EVENT_TYPES: dict[str, EventType] = {}
SUBSCRIBERS: dict[str, dict[str, Subscriber]] = {}
SOMETIMES: dict[str, tuple[Wanted, Subscriber]] = {}


def define_event(
    name: str, *, data: type[Any], summary: str, title: str = "", unheard_because: str = ""
) -> EventType:
    """Declare a kind of event.

    `title` stands where the words of the name would not say it (`video.ready` is read as "Video ready");
    `unheard_because` is the reason where nothing but open pages listens to it yet.
    """
    if name in EVENT_TYPES:
        raise ValueError(f"{name} is defined twice")
    if not (is_dataclass(data) and isinstance(data, type) and data.__dataclass_params__.frozen):  # type: ignore[attr-defined]
        raise TypeError(f"The data of {name} must be a frozen dataclass")
    for field, hint in get_type_hints(data).items():
        if not _is_jsonable(hint):
            raise TypeError(f"{name}: {field} would not come back from JSON as {hint}")
    EVENT_TYPES[name] = EventType(name, data, summary, title or spoken(name), unheard_because)
    return EVENT_TYPES[name]


def title_of(name: str) -> str:
    """What people call such an event, also where the product no longer has its type."""
    return EVENT_TYPES[name].title if name in EVENT_TYPES else spoken(name)


def _is_jsonable(hint: Any) -> bool:
    """Whether a value of this type is the same after JSON: plain values, and lists and dicts of them."""
    if hint in (str, int, float, bool, type(None)):
        return True
    inner = [part for part in get_args(hint) if part is not ...]
    return get_origin(hint) in (list, dict, Union, UnionType) and all(_is_jsonable(part) for part in inner)


def subscribe(*types: EventType) -> Callable[[Subscriber], Subscriber]:
    """Call the function once for each such event, in order for each subject, in a transaction of its own.

    It must be quick and touch only the database; outside work is enqueued as a job. Where it raises, it is
    called again later, and the subject's later events wait for it.
    """

    def decorate(function: Subscriber) -> Subscriber:
        name = f"{function.__module__}.{function.__qualname__}"
        for event_type in types:
            SUBSCRIBERS.setdefault(event_type.name, {})[name] = function
        return function

    return decorate


def listen_where(wanted: Wanted, function: Subscriber) -> None:
    """Call the function, as a subscriber, for each event of whatever kind for which `wanted(team, type name)` is true.

    It is asked while the event is recorded, so it must be quick.
    """
    SOMETIMES[f"{function.__module__}.{function.__qualname__}"] = (wanted, function)


def subscribers_of(team: "Team | None", type_name: str) -> list[str]:
    """The names of all who want to hear of such an event of this team."""
    sometimes = [name for name, (wanted, _) in SOMETIMES.items() if wanted(team, type_name)]
    return [*SUBSCRIBERS.get(type_name, {}), *sometimes]


def function_of(type_name: str, name: str) -> Subscriber | None:
    """The function of this name, or None where the product no longer has it."""
    function = SUBSCRIBERS.get(type_name, {}).get(name)
    return function or SOMETIMES.get(name, (None, None))[1]
