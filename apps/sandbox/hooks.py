"""What the stand-ins tell the studio by calling it, signed as their platforms sign: Meta's Webhooks, Twitch's EventSub,
Zoom's event subscriptions.

The panel sends one; one that was lost is sent again by pressing once more.
"""

import json
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from apps.core import http
from apps.core.signatures import derived_secret, sha256_signature
from apps.sandbox.meta.people import INSTAGRAM, PAGE
from apps.sandbox.models import Account
from apps.sandbox.services import grants
from apps.sandbox.services.grants import CLIENT_SECRET

JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Sent:
    """One call: to which of the studio's addresses, with which heads and bytes."""

    source: str
    headers: dict[str, str]
    body: bytes


def sources() -> dict[tuple[str, str], str]:
    """Which accounts tell something, by platform and kind, and to which of the studio's addresses."""
    return {
        ("meta", PAGE): "facebook",
        ("meta", INSTAGRAM): "instagram",
        ("twitch", "user"): "twitch",
        ("zoom", "user"): "zoom",
    }


def is_heard(account: Account) -> bool:
    """Whether an application has asked to be told. Of Twitch's channels everybody is: it has no EventSub here yet. Zoom
    tells every application of who removes it."""
    return account.platform != "meta" or bool(account.facts.get("subscribed"))


def news_of(account: Account) -> Sent | None:
    """Something that happened on the account just now; None where its platform tells nothing."""
    source = sources().get((account.platform, account.kind))
    if source == "twitch":
        return _eventsub(account)
    if source == "zoom":
        return _deauthorized(account)
    return _webhook(account, source) if source else None


def _webhook(account: Account, source: str) -> Sent:
    """Somebody commented: `feed` of a page, `comments` of an Instagram account."""
    value = {"item": "comment", "verb": "add", "comment_id": secrets.token_hex(8), "message": "More of this!"}
    change = {"field": "feed" if source == "facebook" else "comments", "value": value}
    entry = {"id": account.external_id, "time": int(timezone.now().timestamp()), "changes": [change]}
    body = json.dumps({"object": "page" if source == "facebook" else "instagram", "entry": [entry]}).encode()
    return Sent(source, {**JSON, "X-Hub-Signature-256": sha256_signature(CLIENT_SECRET, body)}, body)


def _eventsub(account: Account) -> Sent:
    """The channel went live. Its secret is the one that the studio chose when it subscribed."""
    now = timezone.now().strftime("%Y-%m-%dT%H:%M:%S.%f000Z")
    who = {"broadcaster_user_id": account.external_id, "broadcaster_user_login": account.handle,
           "broadcaster_user_name": account.name}  # fmt: skip
    subscription = {"id": secrets.token_hex(8), "type": "stream.online", "version": "1", "status": "enabled"}
    event = {"id": secrets.token_hex(8), **who, "type": "live", "started_at": now}
    body = json.dumps({"subscription": subscription, "event": event}).encode()
    name = secrets.token_urlsafe(24)
    signed = name.encode() + now.encode() + body
    heads = {
        "Twitch-Eventsub-Message-Id": name,
        "Twitch-Eventsub-Message-Type": "notification",
        "Twitch-Eventsub-Message-Timestamp": now,
        "Twitch-Eventsub-Subscription-Type": "stream.online",
        "Twitch-Eventsub-Message-Signature": sha256_signature(
            derived_secret(CLIENT_SECRET, "hooks.twitch"), signed
        ),
    }
    return Sent("twitch", {**JSON, **heads}, body)


def _deauthorized(account: Account) -> Sent:
    """The user removed the application: what they allowed ends with it."""
    for grant in account.grants.filter(revoked_at=None):
        grants.revoke(grant)
    now = timezone.now()
    payload = {
        "account_id": f"acc-{account.external_id}",
        "user_id": account.external_id,
        "signature": secrets.token_hex(32),
        "deauthorization_time": now.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
        "client_id": "sandbox-zoom",
    }
    said = {"event": "app_deauthorized", "event_ts": int(now.timestamp() * 1000), "payload": payload}
    body, sent = json.dumps(said).encode(), str(int(now.timestamp()))
    signed = b"v0:" + sent.encode() + b":" + body
    heads = {
        "X-Zm-Request-Timestamp": sent,
        "X-Zm-Signature": sha256_signature(CLIENT_SECRET, signed, "v0"),
    }
    return Sent("zoom", {**JSON, **heads}, body)


def send(sent: Sent) -> int:
    """Call the studio; the status of its answer. Raises OutsideError where it refuses."""
    with http.Client(settings.PUBLIC_URL, guard=False, service="The studio", label="hooks") as client:
        path = f"/hooks/{sent.source}/"
        return client.post(path, content=sent.body, headers=sent.headers, idempotent=True).status
