"""What a request says of the device that sent it."""

import hashlib
import secrets
import time
from typing import Any

from django.http import HttpRequest

from apps.core.caller import address_of

COOKIE = "browser"  # a random name for this browser, the same for everybody who signs in with it
COOKIE_AGE_S = 365 * 24 * 3600
AGENT_LENGTH = 300


def new_token() -> str:
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def describe(request: HttpRequest) -> dict[str, Any]:
    """For the session: what the browser calls itself, from which address, since when (Unix seconds)."""
    agent = "".join(letter for letter in request.headers.get("User-Agent", "") if letter.isprintable())
    return {"agent": agent[:AGENT_LENGTH], "address": address_of(request), "since": int(time.time())}
