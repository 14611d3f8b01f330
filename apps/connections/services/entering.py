"""Keeping accounts that a person entered by hand: an address, and a key that is kept like a token (CON-01)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.services import record as audit
from apps.connections.errors import ConnectionsError
from apps.connections.models import Connection, ConnectionStatus
from apps.connections.services import tokens
from apps.teams.models import Team


@dataclass(frozen=True)
class Entered:
    """What was entered, checked. `external_id` tells it from others; `facts` go on record, so no secret is among them;
    `trouble` is why it does not answer now. Where it is there already, `twice` and the other's name are what is said,
    beside `field`."""

    platform: str
    external_id: str
    name: str
    facts: Mapping[str, str]
    secret: str = field(repr=False)
    link: str = ""
    trouble: str = ""
    twice: str = "This is there already:"
    field: str = "address"


def keep(*, team: Team, actor: User, entered: Entered, connection: Connection | None = None) -> Connection:
    """A new row, `connection` changed, or the one that was disconnected. Raises ConnectionsError for a second one."""
    with transaction.atomic():
        same = Connection.objects.select_for_update().filter(team=team, platform=entered.platform)
        twin = same.filter(external_id=entered.external_id).first()
        if twin is not None and twin != connection and twin.status != ConnectionStatus.DISCONNECTED:
            raise ConnectionsError(f"{entered.twice} {twin.name}.", field=entered.field)
        row = connection or twin or Connection(team=team, platform=entered.platform)
        is_new = row._state.adding
        row.external_id, row.name, row.access_token = entered.external_id, entered.name, entered.secret
        row.facts, row.link = dict(entered.facts), entered.link
        row.status = ConnectionStatus.FAILING if entered.trouble else ConnectionStatus.ACTIVE
        row.status_reason, row.checked_at = entered.trouble[:500], timezone.now()
        row.disconnected_at, row.connected_by = None, actor
        row.save()
        action = "connection.connect" if is_new else "connection.change"
        audit(action, team=team, actor=actor, target=row, after={"name": row.name, **row.facts})
        tokens.changed(row)
    return row
