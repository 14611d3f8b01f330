"""Addresses of files for a content delivery network: signed, and good for a while (TRC-05).

A network that pulls asks us under the same address, and checks the signature itself where it can: `token` is the
URL-safe base64 of HMAC-SHA256 over `<path>\\n<expires>` with MEDIA_CDN_KEY, `expires` a Unix time.
"""

import base64
import hashlib
import hmac
import math
from datetime import datetime
from urllib.parse import quote, urlencode

from django.conf import settings
from django.urls import reverse

from apps.library.models import StoredFile

STEP_S = 3600  # links of one hour are the same, so that a network keeps what it has
SENT_BY_NETWORK = (
    "video/",
    "audio/",
    "image/",
)  # captions and drawings are read by scripts, which stay at home


def is_on() -> bool:
    return bool(settings.MEDIA_CDN_URL)


def expiry(now: datetime) -> int:
    """When a link made now ends: at the end of an hour, MEDIA_LINK_S seconds from now or up to an hour later."""
    return math.ceil((now.timestamp() + settings.MEDIA_LINK_S) / STEP_S) * STEP_S


def token(path: str, expires: int) -> str:
    key = (settings.MEDIA_CDN_KEY or settings.SECRET_KEY).encode()
    signed = hmac.new(key, f"{path}\n{expires}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(signed).rstrip(b"=").decode()


def address_of(stored: StoredFile, now: datetime) -> str:
    """The whole address of the bytes at the network, good until its `expires`."""
    expires = expiry(now)
    path = reverse("media:file", args=[stored.path])
    query = urlencode({"expires": expires, "token": token(stored.path, expires)})
    return f"{settings.MEDIA_CDN_URL.rstrip('/')}{quote(path, safe='/%')}?{query}"


def is_good(path: str, expires: str, given: str, now: datetime) -> bool:
    """Whether this is a link of ours that has not ended."""
    if not expires.isascii() or not expires.isdecimal() or len(expires) > 12:
        return False
    return now.timestamp() < int(expires) and hmac.compare_digest(token(path, int(expires)), given)
