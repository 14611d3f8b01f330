"""Signatures of calls between services, compared in constant time."""

import hashlib
import hmac


def sha256_signature(secret: str, signed: bytes) -> str:
    """`sha256=<hex>` of an HMAC, as Meta, Twitch and others write it."""
    return f"sha256={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"


def is_sha256_signature(secret: str, signed: bytes, given: str) -> bool:
    """Whether it is right. Without a secret none is."""
    return bool(secret) and hmac.compare_digest(sha256_signature(secret, signed).encode(), given.encode())


def derived_secret(secret: str, purpose: str) -> str:
    """A secret of its own for one purpose, 64 hexadecimal digits, that needs no place to be kept; "" without one."""
    return hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).hexdigest() if secret else ""
