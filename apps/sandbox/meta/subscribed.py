"""Which accounts have an application that is told what happens on them: the edge `subscribed_apps`."""

from apps.sandbox.meta import people
from apps.sandbox.meta.habits import invalid
from apps.sandbox.models import Account
from apps.sandbox.services import accounts
from apps.sandbox.standin import Answer, Call

FIELDS = {
    people.PAGE: ("feed", "live_videos", "mention", "videos"),
    people.INSTAGRAM: ("comments", "live_comments", "mentions"),
}


def subscribe(call: Call, one: Account) -> Answer:
    """POST: the fields replace those of before. A page takes none of Instagram's, nor the other way round."""
    wanted = [name for name in call.params.get("subscribed_fields", "").split(",") if name]
    known = FIELDS[one.kind]
    if not wanted or not set(wanted) <= set(known):
        raise invalid(f"Param subscribed_fields[0] must be one of {{{', '.join(known)}}}")
    accounts.change_facts(one, subscribed=wanted)
    return Answer({"success": True})


def unsubscribe(call: Call, one: Account) -> Answer:
    accounts.change_facts(one, subscribed=None)
    return Answer({"success": True})


def listed(call: Call, one: Account) -> Answer:
    fields = one.facts.get("subscribed")
    row = {"id": call.grant.client_id, "name": call.grant.client_id, "subscribed_fields": fields}
    return Answer({"data": [row] if fields else []})
