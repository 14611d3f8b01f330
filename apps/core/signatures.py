"""Signatures of calls between services, compared in constant time."""

import hashlib
import hmac


def sha256_hex(secret: str, signed: bytes) -> str:
    """HMAC with SHA-256, in hexadecimal."""
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def sha256_signature(secret: str, signed: bytes, mark: str = "sha256") -> str:
    """`sha256=<hex>` of an HMAC, as Meta, Twitch and others write it; Zoom's `mark` is "v0"."""
    return f"{mark}={sha256_hex(secret, signed)}"


def is_sha256_signature(secret: str, signed: bytes, given: str, mark: str = "sha256") -> bool:
    """Whether it is right. Without a secret none is."""
    right = sha256_signature(secret, signed, mark)
    return bool(secret) and hmac.compare_digest(right.encode(), given.encode())


def derived_secret(secret: str, purpose: str) -> str:
    """A secret of its own for one purpose, 64 hexadecimal digits, that needs no place to be kept; "" without one."""
    return sha256_hex(secret, purpose.encode()) if secret else ""
