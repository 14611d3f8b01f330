"""Encrypting for one browser: RFC 8291 (Web Push) over RFC 8188 (aes128gcm), one record."""

import os
import struct

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

RECORD = 4096  # bytes that a push service must take (RFC 8030, 7.2)
LAST = b"\x02"  # the delimiter of the last record (RFC 8188, 2)


def point_of(key: ec.EllipticCurvePublicKey) -> bytes:
    """The 65 bytes of an uncompressed P-256 point."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def seal(
    plain: bytes,
    *,
    browser_key: bytes,
    auth: bytes,
    sender: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes | None = None,
) -> bytes:
    """The body of a push message. `sender` and `salt` are new for each message; only tests give them."""
    sender = sender or ec.generate_private_key(ec.SECP256R1())
    salt = salt or os.urandom(16)
    ours, theirs = (
        point_of(sender.public_key()),
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), browser_key),
    )
    shared = sender.exchange(ec.ECDH(), theirs)
    material = _derived(shared, auth, b"WebPush: info\x00" + browser_key + ours, 32)
    key = _derived(material, salt, b"Content-Encoding: aes128gcm\x00", 16)
    nonce = _derived(material, salt, b"Content-Encoding: nonce\x00", 12)
    head = salt + struct.pack("!LB", RECORD, len(ours)) + ours
    return head + AESGCM(key).encrypt(nonce, plain + LAST, None)


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(secret)
