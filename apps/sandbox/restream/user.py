"""The person, their channels, their stream key."""

import secrets
from typing import Any

from apps.sandbox.models import Account
from apps.sandbox.restream.habits import PLATFORM, refusal
from apps.sandbox.services import accounts
from apps.sandbox.standin import Answer, Call, sandbox_url

TWITCH, YOUTUBE = 1, 5


def profile(call: Call) -> Answer:
    one = call.account
    return Answer({"id": int(one.external_id), "username": one.handle, "email": f"{one.handle}@example.com"})


def channels(call: Call) -> Answer:
    """Where the person's stream goes to."""
    return Answer([_channel(one) for one in _channels(call.account)])


def _channels(one: Account) -> list[dict[str, Any]]:
    """Two of them, kept among the account's facts once one was changed."""
    number = int(one.external_id)
    rows: list[dict[str, Any]] = one.facts.get("channels") or [
        {
            "id": number * 10 + 1,
            "platform": TWITCH,
            "active": True,
            "title": "",
            "name": f"{one.name} on Twitch",
        },
        {
            "id": number * 10 + 2,
            "platform": YOUTUBE,
            "active": False,
            "title": "",
            "name": f"{one.name} on YouTube",
        },
    ]
    return rows


def _channel(row: dict[str, Any]) -> dict[str, Any]:
    address = f"{sandbox_url()}/restream/channels/{row['id']}"
    return {
        "id": row["id"],
        "streamingPlatformId": row["platform"],
        "embedUrl": f"{address}/embed",
        "url": address,
        "identifier": str(row["id"]),
        "displayName": row["name"],
        "enabled": row["active"],
    }


def channel(call: Call) -> Answer:
    row = _found(call)
    address = f"{sandbox_url()}/restream/channels/{row['id']}"
    return Answer(
        {
            "id": row["id"],
            "user_id": int(call.account.external_id),
            "service_id": row["platform"],
            "channel_identifier": str(row["id"]),
            "channel_url": address,
            "event_identifier": None,
            "event_url": None,
            "embed": f"{address}/embed",
            "active": row["active"],
            "display_name": row["name"],
        }
    )


def change_channel(call: Call) -> Answer:
    """PATCH /user/channel/{id}: on or off."""
    active = call.json.get("active")
    if not isinstance(active, bool):
        raise refusal(400, "invalid_request", "active must be a boolean")
    return _changed(call, active=active)


def meta(call: Call) -> Answer:
    row = _found(call)
    return Answer({"title": row["title"], "description": row.get("description", "")})


def change_meta(call: Call) -> Answer:
    """PATCH /user/channel-meta/{id}: the title of the stream there."""
    title = str(call.json.get("title", ""))
    if not title:
        raise refusal(400, "invalid_request", "title is required")
    return _changed(call, title=title, description=str(call.json.get("description", "")))


def _changed(call: Call, **values: Any) -> Answer:
    row = _found(call)
    rows = [{**one, **values} if one["id"] == row["id"] else one for one in _channels(call.account)]
    accounts.change_facts(call.account, channels=rows)
    return Answer(None)


def _found(call: Call) -> dict[str, Any]:
    for row in _channels(call.account):
        if str(row["id"]) == call.args["id"]:
            return row
    raise refusal(404, "not_found", "Channel not found")


def stream_key(call: Call) -> Answer:
    one = call.account
    if "stream_key" not in one.facts:
        accounts.change_facts(one, stream_key=f"re_{one.external_id}_{secrets.token_hex(10)}")
    key = one.facts["stream_key"]
    return Answer({"streamKey": key, "srtUrl": f"srt://127.0.0.1:2010?streamid=srt/live/{key}"})


def samples() -> list[Account]:
    return [accounts.sample(PLATFORM, "user", "Night Kitchen", "7000001", handle="nightkitchen")]


def new_account(name: str) -> Account:
    number = str(7_000_000 + secrets.randbelow(900_000))
    return accounts.new_account(PLATFORM, "user", name, external_id=number)
