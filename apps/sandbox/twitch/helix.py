"""Helix: users, channels, stream keys, streams."""

import secrets
from typing import Any

from apps.sandbox.models import Account
from apps.sandbox.services import accounts
from apps.sandbox.standin import Answer, Call, sandbox_url
from apps.sandbox.twitch.habits import PLATFORM, refusal

CHANGEABLE = ("title", "game_id", "broadcaster_language", "tags", "content_classification_labels",
              "is_branded_content", "delay")  # fmt: skip
TITLE, TAGS, TAG = 140, 10, 25


def users(call: Call) -> Answer:
    """By id or login; without either the token's own."""
    ids, logins = call.query.getlist("id"), call.query.getlist("login")
    if not ids and not logins:
        return Answer({"data": [_user(call, call.account)]})
    found = Account.objects.filter(platform=PLATFORM)
    rows = found.filter(external_id__in=ids) | found.filter(handle__in=logins)
    return Answer({"data": [_user(call, one) for one in rows]})


def _user(call: Call, one: Account) -> dict[str, Any]:
    whole: dict[str, Any] = {
        "id": one.external_id,
        "login": one.handle,
        "display_name": one.name,
        "type": "",
        "broadcaster_type": str(one.facts.get("broadcaster_type", "affiliate")),
        "description": "",
        "profile_image_url": f"{sandbox_url()}/picture/{one.external_id}/",
        "offline_image_url": "",
        "view_count": accounts.figure(one, "views", 90_000),
        "created_at": one.created_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    if one == call.account and "user:read:email" in call.grant.scopes:
        whole["email"] = f"{one.handle}@example.com"
    return whole


def channels(call: Call) -> Answer:
    ids = call.query.getlist("broadcaster_id")
    if not ids:
        raise refusal(400, 'Missing required parameter "broadcaster_id"')
    rows = Account.objects.filter(platform=PLATFORM, external_id__in=ids[:100])
    return Answer({"data": [_channel(one) for one in rows]})


def _channel(one: Account) -> dict[str, Any]:
    said = one.facts.get("channel", {})
    return {
        "broadcaster_id": one.external_id,
        "broadcaster_login": one.handle,
        "broadcaster_name": one.name,
        "broadcaster_language": said.get("broadcaster_language", "en"),
        "game_id": said.get("game_id", ""),
        "game_name": "",
        "title": said.get("title", ""),
        "delay": said.get("delay", 0),
        "tags": said.get("tags", []),
        "content_classification_labels": [],
        "is_branded_content": said.get("is_branded_content", False),
    }


def change_channel(call: Call) -> Answer:
    """PATCH: only what is named."""
    _own(call)
    said = {name: value for name, value in call.json.items() if name in CHANGEABLE}
    if not said:
        raise refusal(400, "At least one field must be changed.")
    if "title" in said and not 0 < len(str(said["title"])) <= TITLE:
        raise refusal(400, "The title must have 1 to 140 characters.")
    tags = said.get("tags", [])
    if len(tags) > TAGS or any(len(tag) > TAG or " " in tag for tag in tags):
        raise refusal(400, "A channel has up to 10 tags of up to 25 characters without spaces.")
    accounts.change_facts(call.account, channel={**call.account.facts.get("channel", {}), **said})
    return Answer(None, 204)


def stream_key(call: Call) -> Answer:
    _own(call)
    one = call.account
    if one.facts.get("no_streaming"):
        raise refusal(403, "The broadcaster must first finish the steps for streaming.")
    if "stream_key" not in one.facts:
        accounts.change_facts(one, stream_key=f"live_{one.external_id}_{secrets.token_hex(15)}")
    return Answer({"data": [{"stream_key": one.facts["stream_key"]}]})


def followers(call: Call) -> Answer:
    """How many there are; the list itself is empty here."""
    _own(call)
    total = accounts.figure(call.account, "followers", 20_000)
    return Answer({"total": total, "data": [], "pagination": {}})


def streams(call: Call) -> Answer:
    """Nobody is on air here yet."""
    return Answer({"data": [], "pagination": {}})


def _own(call: Call) -> None:
    if call.query.get("broadcaster_id") != call.account.external_id:
        raise refusal(
            401, "The ID in broadcaster_id must match the user ID found in the request's OAuth token."
        )


def samples() -> list[Account]:
    return [
        accounts.sample(PLATFORM, "user", "NightKitchenLive", "900000001", handle="nightkitchenlive"),
        accounts.sample(
            PLATFORM,
            "user",
            "NotYetStreaming",
            "900000002",
            handle="notyetstreaming",
            facts={"no_streaming": True},
        ),
    ]


def new_account(name: str) -> Account:
    number = str(900_000_000 + secrets.randbelow(90_000_000))
    return accounts.new_account(PLATFORM, "user", name, external_id=number)
