"""A subscriber for tests that leaves a line in a file."""

from apps.events.models import Event
from apps.events.registry import subscribe
from tests.jobs.testkinds.events import SAID
from tests.jobs.testkinds.jobs import write


@subscribe(SAID)
def write_down(event: Event) -> None:
    if event.typed_data.path:
        write(event.typed_data.path, event.typed_data.word)
