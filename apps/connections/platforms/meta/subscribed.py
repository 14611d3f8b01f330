"""Being told by Meta of what happens on a page or an Instagram account ("Webhooks", edge `subscribed_apps`).

The fields of the whole application are chosen once in its settings there (docs/platforms); this is the part that each
account needs. Asked again, the list is replaced.
"""

from apps.connections.adapters import Call, Hooks
from apps.connections.platforms.meta.graph import Graph

TELL = "pages_manage_metadata"
TELL_WHY = "Hear of comments as soon as they are written"


class SubscribedApps(Hooks):
    """`service` is the name in sentences, `fields` are what we want to hear of."""

    needs = (TELL,)  # for Instagram unverified: its accounts are spoken for by the token of their page

    def __init__(self, service: str, fields: tuple[str, ...]) -> None:
        self.service, self.fields = service, fields

    def subscribe(self, call: Call) -> None:
        path = f"{call.account_id}/subscribed_apps"
        Graph.of(call, self.service).post(path, idempotent=True, subscribed_fields=",".join(self.fields))

    def unsubscribe(self, call: Call) -> None:
        Graph.of(call, self.service).delete(f"{call.account_id}/subscribed_apps")  # unverified
