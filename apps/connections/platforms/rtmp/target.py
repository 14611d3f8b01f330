"""A server that takes RTMP: the form of its address, and whether somebody listens there."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from apps.connections.adapters import AppCredentials
from apps.connections.platforms.rtmp.errors import WrongAddress
from apps.core import http

PORTS = {"rtmp": 1935, "rtmps": 443}
LONGEST = 500
_KEY = re.compile(r"[^\s\x00-\x1f]+")


@dataclass(frozen=True)
class Target:
    """Where a stream is sent: `address` without the key."""

    address: str
    host: str
    port: int


def read_address(text: str) -> Target:
    """The address in its usual form. Raises WrongAddress with what is wrong with it."""
    try:
        parts = urlsplit(text.strip())
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise WrongAddress(
            "This is not an address. It looks like rtmp://live.example.com/app.", field="address"
        ) from error
    if parts.scheme not in PORTS:
        raise WrongAddress("The address begins with rtmp:// or rtmps://.", field="address")
    if not host or port == 0 or len(text) > LONGEST:
        raise WrongAddress(
            "This is not an address. It looks like rtmp://live.example.com/app.", field="address"
        )
    if parts.username or parts.password:
        raise WrongAddress("The address holds a user name or password. Use one without.", field="address")
    if not parts.path.strip("/"):
        raise WrongAddress("The name of the application is missing: rtmp://host/app.", field="address")
    address = f"{parts.scheme}://{parts.netloc.lower()}{parts.path.rstrip('/')}"
    if parts.query:
        address += f"?{parts.query}"
    return Target(address, host, port or PORTS[parts.scheme])


def read_key(text: str) -> str:
    """The stream key. Raises WrongAddress where it holds spaces or is too long."""
    key = text.strip()
    if not _KEY.fullmatch(key) or len(key) > LONGEST:
        raise WrongAddress("A stream key has no spaces and at most 500 characters.", field="key")
    return key


def fingerprint(address: str, key: str) -> str:
    """What tells two targets apart, without telling the key."""
    return hashlib.sha256(f"{address}\n{key}".encode()).hexdigest()[:40]


def check(target: Target) -> None:
    """Raises AddressRefused for private addresses, Unavailable where nobody listens."""
    http.reach(target.host, target.port)


def answers(app: AppCredentials, facts: Mapping[str, Any]) -> None:
    """Whether somebody listens at what was entered: see `check`."""
    check(read_address(str(facts.get("address", ""))))
