"""What publishing does when something happens elsewhere."""

from apps.connections.events import CONNECTION_CHANGED
from apps.connections.models import Connection
from apps.events.models import Event
from apps.events.registry import subscribe
from apps.publishing.services.ledger import go_on_with


@subscribe(CONNECTION_CHANGED)
def go_on(event: Event) -> None:
    """A channel that works again takes up what waited for it."""
    connection = Connection.objects.filter(pk=event.subject_id).first()
    if connection is not None and connection.is_usable:
        go_on_with(connection)
