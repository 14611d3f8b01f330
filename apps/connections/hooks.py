"""What platforms tell us by calling us: Meta for pages and Instagram accounts, Twitch for channels, Zoom for users
(API-07).

A genuine call becomes an event of each connection that it is about, and who takes back what they allowed is believed
at once.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from hmac import compare_digest
from typing import Any

from apps.connections.events import CONNECTION_TOLD, ConnectionTold
from apps.connections.models import Connection, ConnectionStatus
from apps.connections.registrations import is_available, registration
from apps.connections.services import tokens
from apps.core.signatures import derived_secret, is_sha256_signature, sha256_hex
from apps.events.services import record
from apps.incoming.errors import Refused
from apps.incoming.models import Hook
from apps.incoming.registry import Call, Genuine, Source, define_source

META_OLDEST = timedelta(hours=37)  # it sends again for up to 36 hours (unverified)
TWITCH_OLDEST = timedelta(minutes=10)
ZOOM_OLDEST = timedelta(hours=2)  # it sends again after 5, 20 and 60 minutes
MILLISECONDS = 100_000_000_000  # above it a time is not in seconds
TAKEN_BACK = "user.authorization.revoke"
TWITCH = "twitch-eventsub-"
ZOOM_ASKS, ZOOM_REMOVED = "endpoint.url_validation", "app_deauthorized"
NOT_UNDERSTOOD = "This is not what was agreed on."


def hook_secret(platform: str) -> str:
    """What a platform signs with where we may choose it, and the word by which Meta asks whether an address is ours."""
    secret = registration(platform).client_secret if is_available(platform) else ""
    return derived_secret(secret, f"hooks.{platform}")


def word_of(platform: str) -> str:
    """What an operator enters at a platform beside our address, or what we have to know of it."""
    if not is_available(platform):
        return "not set up"
    if platform != "zoom":
        return hook_secret(platform)
    is_known = bool(registration(platform).hook_secret)
    return f"signs with its own secret token, ZOOM_SECRET_TOKEN, which is {'set' if is_known else 'not set'}"


def _check_signature(secret: str, signed: bytes, given: str, mark: str = "sha256") -> None:
    if not is_sha256_signature(secret, signed, given, mark):
        raise Refused("The signature is not right.")


def verify_meta(platform: str, call: Call) -> Genuine:
    """Signed with the application's secret over the body ("Webhooks", X-Hub-Signature-256). A delivery has no name of
    its own: it is known by its body, which is the same when it is sent again."""
    secret = registration(platform).client_secret if is_available(platform) else ""
    _check_signature(secret, call.body, call.headers.get("x-hub-signature-256", ""))
    entries = _entries(_object(call.body))
    times = [_time(entry.get("time")) for entry in entries if entry.get("time")]
    return Genuine(
        hashlib.sha256(call.body).hexdigest(),
        topic=", ".join(sorted({topic for _, topic in _changes(_object(call.body))})),
        sent_at=max(times, default=None),
    )


def greet_meta(platform: str, query: Mapping[str, str]) -> str:
    """The challenge, for whoever knows the word that stands in the application's settings there."""
    asked, word = query.get("hub.verify_token", ""), hook_secret(platform)
    if query.get("hub.mode") != "subscribe" or not word or not compare_digest(asked.encode(), word.encode()):
        raise Refused("The word is not right.")
    return query.get("hub.challenge", "")


def verify_twitch(call: Call) -> Genuine:
    """Signed over id, time and body (EventSub, "Handling webhook events")."""
    heads = {name.removeprefix(TWITCH): value for name, value in call.headers.items()}
    name, sent = heads.get("message-id", ""), heads.get("message-timestamp", "")
    signed = name.encode() + sent.encode() + call.body
    _check_signature(hook_secret("twitch"), signed, heads.get("message-signature", ""))
    asked = heads.get("message-type") == "webhook_callback_verification"
    answer = str(_object(call.body).get("challenge") or "") if asked else ""
    return Genuine(name, heads.get("subscription-type", ""), _moment(sent), answer)


def verify_zoom(call: Call) -> Genuine:
    """Signed with the application's secret token over time and body ("Using webhooks", Verify with Zoom's header). A
    call has no name of its own. Whether the address is ours it asks again and again, by a word that is to be signed."""
    secret = registration("zoom").hook_secret if is_available("zoom") else ""
    sent = call.headers.get("x-zm-request-timestamp", "")
    signed = b"v0:" + sent.encode() + b":" + call.body
    _check_signature(secret, signed, call.headers.get("x-zm-signature", ""), "v0")
    said = _object(call.body)
    topic = str(said.get("event") or "")
    word = str(_part(said, "payload").get("plainToken") or "")
    answer = {"plainToken": word, "encryptedToken": sha256_hex(secret, word.encode())}
    return Genuine(
        hashlib.sha256(call.body).hexdigest(),
        topic,
        _time(int(sent) if sent.isdecimal() else None),
        json.dumps(answer) if topic == ZOOM_ASKS else "",
        "application/json",
    )


def handle_meta(platform: str, hook: Hook) -> bool:
    """An event for each change of an account that is connected here."""
    told = [
        _tell(platform, account, topic, hook)
        for account, topic in sorted(set(_changes(_object(bytes(hook.body)))))
    ]
    return any(told)


def handle_twitch(hook: Hook) -> bool:
    """The event of the channel; who takes back what they allowed has to connect again."""
    said, kind = _object(bytes(hook.body)), hook.headers.get(f"{TWITCH}message-type", "")
    event = _part(said, "event")
    if kind == "revocation":
        return _subscription_ended(_part(said, "subscription"), hook)
    if kind != "notification":
        return False
    if hook.topic == TAKEN_BACK:
        return _taken_back("twitch", str(event.get("user_id") or ""), hook.sent_at)
    return _tell("twitch", str(event.get("broadcaster_user_id") or ""), hook.topic, hook)


def handle_zoom(hook: Hook) -> bool:
    """Who removes the application has to connect again."""
    if hook.topic != ZOOM_REMOVED:
        return False
    payload = _part(_object(bytes(hook.body)), "payload")
    removed = str(payload.get("deauthorization_time") or "")
    return _taken_back(
        "zoom", str(payload.get("user_id") or ""), _moment(removed) if removed else hook.sent_at
    )


def _subscription_ended(subscription: dict[str, Any], hook: Hook) -> bool:
    """Twitch ended it. Only one that ended because the account took back what it allowed says something of that."""
    if subscription.get("status") != "authorization_revoked":
        return False
    user_id = str(_part(subscription, "condition").get("broadcaster_user_id") or "")
    return _taken_back("twitch", user_id, hook.sent_at)


def _part(said: dict[str, Any], name: str) -> dict[str, Any]:
    found = said.get(name)
    return found if isinstance(found, dict) else {}


def _tell(platform: str, account: str, topic: str, hook: Hook) -> bool:
    found = list(_connected(platform, account))
    for connection in found:
        data = ConnectionTold(platform, topic, str(hook.pk))
        record(CONNECTION_TOLD, team=connection.team, subject=connection, data=data)
    return bool(found)


def _taken_back(platform: str, account: str, at: datetime | None) -> bool:
    """The account ended its grant then. One that was given or renewed later is another, or was not meant."""
    found = [
        connection
        for connection in _connected(platform, account)
        if at is None or connection.refreshed_at is None or connection.refreshed_at <= at
    ]
    for connection in found:
        tokens.mark_broken(
            connection.pk, "The account took back what it allowed. Connect it again.", forget=True
        )
    return bool(found)


def _connected(platform: str, account: str) -> Iterator[Connection]:
    rows = Connection.objects.filter(platform=platform, external_id=account).defer("picture")
    yield from rows.exclude(status=ConnectionStatus.DISCONNECTED).select_related("team")


def _changes(said: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Account and topic (`page.feed`) of each change."""
    for entry in _entries(said):
        changes = entry.get("changes")
        for change in changes if isinstance(changes, list) else []:
            if isinstance(change, dict) and change.get("field"):
                yield str(entry.get("id", "")), f"{said.get('object', '')}.{change['field']}"


def _entries(said: dict[str, Any]) -> list[dict[str, Any]]:
    entries = said.get("entry")
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []


def _object(body: bytes) -> dict[str, Any]:
    """The body as an object. Raises Refused where it is none, which only a broken sender signs."""
    try:
        found = json.loads(body)
    except ValueError as error:
        raise Refused(NOT_UNDERSTOOD) from error
    if not isinstance(found, dict):
        raise Refused(NOT_UNDERSTOOD)
    return found


def _time(value: Any) -> datetime:
    if not isinstance(value, int | float):
        raise Refused(NOT_UNDERSTOOD)
    try:
        return datetime.fromtimestamp(value / 1000 if value > MILLISECONDS else value, UTC)
    except (OverflowError, ValueError, OSError) as error:
        raise Refused(NOT_UNDERSTOOD) from error


def _moment(text: str) -> datetime:
    """RFC 3339, which may have more digits than Python reads."""
    whole, dot, fraction = text.removesuffix("Z").partition(".")
    try:
        found = datetime.fromisoformat(f"{whole}{dot}{fraction[:6]}+00:00" if text.endswith("Z") else text)
    except ValueError as error:
        raise Refused(NOT_UNDERSTOOD) from error
    if found.tzinfo is None:
        raise Refused(NOT_UNDERSTOOD)
    return found


for _slug in ("facebook", "instagram"):
    define_source(
        Source(
            _slug,
            verify=partial(verify_meta, _slug),
            handle=partial(handle_meta, _slug),
            greet=partial(greet_meta, _slug),
            oldest=META_OLDEST,
        )
    )
define_source(
    Source(
        "twitch",
        verify=verify_twitch,
        handle=handle_twitch,
        oldest=TWITCH_OLDEST,
        keeps=(f"{TWITCH}message-type", f"{TWITCH}message-retry", f"{TWITCH}subscription-type"),
    )
)
define_source(Source("zoom", verify=verify_zoom, handle=handle_zoom, oldest=ZOOM_OLDEST))
