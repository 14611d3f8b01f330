"""Web push: a message to one browser, encrypted for it (RFC 8030, 8291), signed as ours (VAPID, RFC 8292)."""

import base64
import hashlib
import json
import time
from dataclasses import dataclass
from email.utils import parseaddr
from functools import lru_cache
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from apps.core.http import Client, OutsideError, Rejected, Response
from apps.notifications.channels.content import Content
from apps.notifications.channels.errors import ContactGone
from apps.notifications.channels.sealing import point_of, seal

LIFE_S = 24 * 3600  # how long the push service keeps it for a browser that is off
TOKEN_S = 12 * 3600
ROOM = 3000  # bytes of JSON: with padding and encryption it stays under the 4096 that services must take
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@dataclass(frozen=True)
class Subscription:
    """What `pushManager.subscribe()` gave a page, kept as JSON."""

    endpoint: str
    p256dh: bytes
    auth: bytes


def read_subscription(text: str) -> Subscription:
    """The subscription in the browser's own JSON. Raises ValueError where it is none."""
    try:
        data = json.loads(text)
        keys = data["keys"]
        found = Subscription(str(data["endpoint"]), _decoded(keys["p256dh"]), _decoded(keys["auth"]))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("not a push subscription") from error
    ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), found.p256dh)
    if len(found.auth) != 16 or not urlsplit(found.endpoint).hostname:
        raise ValueError("not a push subscription")
    return found


def send(address: str, content: Content) -> str:
    """Push to the browser. Raises ContactGone where the subscription has ended."""
    try:
        browser = read_subscription(address)
    except ValueError:
        raise ContactGone("This browser's subscription is damaged. Connect it again.") from None
    body = seal(_payload(content), browser_key=browser.p256dh, auth=browser.auth)
    parts = urlsplit(browser.endpoint)
    with Client(
        f"{parts.scheme}://{parts.netloc}",
        service="The push service",
        timeout_s=15,
        secrets=[browser.endpoint, parts.path],
        classify=_classify,
    ) as client:
        answer = client.post(browser.endpoint, content=body, headers=_headers(browser.endpoint, content))
    return answer.headers.get("location", "")[-120:]


def _payload(content: Content) -> bytes:
    data = {"title": content.title[:120], "body": content.body, "url": content.url, "tag": content.key}
    if content.lines:
        data["body"] = "\n".join([content.body, *content.lines]).strip()
    body = data["body"]
    while len(raw := json.dumps(data, ensure_ascii=False).encode()) > ROOM:
        body = body[: len(body) // 2]
        data["body"] = body + "…"
    return raw


def _headers(endpoint: str, content: Content) -> dict[str, str]:
    """A topic replaces what a sleeping browser has not fetched yet, so a message is never shown twice."""
    topic = hashlib.sha256(content.key.encode()).digest()[:24]
    return {
        "Authorization": f"vapid t={_token(endpoint)},k={public_key()}",
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(LIFE_S),
        "Urgency": "high" if content.is_critical else "normal",
        "Topic": _encoded(topic),
    }


def _token(endpoint: str) -> str:
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int(time.time()) + TOKEN_S,
        "sub": f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}",
    }
    return jwt.encode(
        claims, _private_key(settings.VAPID_PRIVATE_KEY, settings.SECRET_KEY), algorithm="ES256"
    )


def public_key() -> str:
    """The installation's key as browsers want it (`applicationServerKey`)."""
    key = _private_key(settings.VAPID_PRIVATE_KEY, settings.SECRET_KEY).public_key()
    return _encoded(point_of(key))


@lru_cache(maxsize=4)
def _private_key(configured: str, secret: str) -> ec.EllipticCurvePrivateKey:
    """The configured P-256 key (base64url of its 32 bytes), or one made out of SECRET_KEY.

    48 bytes of HKDF keep the bias of the remainder below 2⁻¹²⁸ (FIPS 186-5, A.2.1).
    """
    if configured:
        return ec.derive_private_key(int.from_bytes(_decoded(configured), "big"), ec.SECP256R1())
    made = HKDF(algorithm=SHA256(), length=48, salt=None, info=b"showrunner web push").derive(secret.encode())
    return ec.derive_private_key(int.from_bytes(made, "big") % (P256_ORDER - 1) + 1, ec.SECP256R1())


def _classify(response: Response) -> OutsideError | None:
    if response.status in (404, 410):
        sentence = "This browser no longer takes messages from Showrunner. Connect it again from there."
        return ContactGone(sentence, status=response.status)
    if response.status == 413:
        return Rejected("The push service finds the message too long.", status=413)
    return None


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
