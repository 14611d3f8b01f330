"""The parts of OAuth 2 that platforms share (RFC 6749, RFC 7636)."""

import hashlib
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone


def address(base: str, params: Mapping[str, str]) -> str:
    """`base` with a query; nothing of it is kept where a platform would see an empty value."""
    query = urlencode({name: value for name, value in params.items() if value})
    return f"{base}{'&' if '?' in base else '?'}{query}"


def challenge(verifier: str) -> str:
    """The PKCE challenge of RFC 7636: base64url of SHA-256, without padding."""
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def hex_challenge(verifier: str) -> str:
    """The PKCE challenge as TikTok wants it: SHA-256 in lower-case hex."""
    return hashlib.sha256(verifier.encode()).hexdigest()


def basic(client_id: str, client_secret: str) -> str:
    """The pair of HTTP Basic (RFC 7617), for `Authorization: Basic …`; a secret like its second half."""
    return b64encode(f"{client_id}:{client_secret}".encode()).decode()


def ends_at(seconds: Any) -> datetime | None:
    """When something that lives `seconds` ends; None where the platform says nothing usable."""
    try:
        life_s = float(seconds)
    except (TypeError, ValueError):
        return None
    return timezone.now() + timedelta(seconds=life_s) if 0 < life_s < 10**10 else None


def scopes_of(value: Any) -> tuple[str, ...]:
    """Scopes out of a list, or of words between spaces or commas."""
    if isinstance(value, str):
        value = value.replace(",", " ").split()
    return tuple(str(scope) for scope in value) if isinstance(value, (list, tuple)) else ()
