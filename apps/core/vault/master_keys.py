"""Master keys: they wrap data keys and nothing else. settings.MASTER_KEYS names them, the newest first."""

import base64
import binascii
import hashlib
import os
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from apps.core.vault.errors import VaultError

KEY_BYTES = 32
NONCE_BYTES = 12
FILE_PREFIX = "file:"
KMS_PREFIX = "aws-kms:"


class MasterKey(Protocol):
    """`name` is kept beside what it wrapped and holds nothing secret."""

    @property
    def name(self) -> str: ...

    def wrap(self, key: bytes, label: str) -> bytes:
        """The key encrypted and bound to the label."""

    def unwrap(self, wrapped: bytes, label: str) -> bytes:
        """Raises VaultError where it was wrapped by another key, for another label, or was changed."""


class LocalMasterKey:
    """32 bytes of our own: AES-256-GCM (NIST SP 800-38D) under a key derived by HKDF (RFC 5869)."""

    def __init__(self, material: bytes) -> None:
        self._cipher = AESGCM(_derived(material, b"showrunner: wrap data keys"))
        self.name = (
            "local:" + hashlib.sha256(_derived(material, b"showrunner: name of the key")).hexdigest()[:16]
        )

    def wrap(self, key: bytes, label: str) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, key, label.encode())

    def unwrap(self, wrapped: bytes, label: str) -> bytes:
        try:
            return self._cipher.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], label.encode())
        except (InvalidTag, ValueError) as error:
            raise VaultError(
                f"The data key {label} was changed in the database: the master key {self.name} does not open it. "
                "Restore the table core_datakey from a backup."
            ) from error


def _derived(material: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=purpose).derive(material)


def masters() -> tuple[MasterKey, ...]:
    """The configured master keys: the first wraps, all of them unwrap. Raises ImproperlyConfigured."""
    return _masters(tuple(settings.MASTER_KEYS))


@lru_cache(maxsize=16)
def _masters(sources: tuple[str, ...]) -> tuple[MasterKey, ...]:
    if not sources:
        raise ImproperlyConfigured("MASTER_KEYS is empty: secrets can be neither stored nor read.")
    return tuple(_master(source) for source in sources)


def _master(source: str) -> MasterKey:
    if source.startswith(KMS_PREFIX):
        from apps.core.vault.kms import KmsMasterKey

        return KmsMasterKey(source.removeprefix(KMS_PREFIX))
    if source.startswith(FILE_PREFIX):
        return LocalMasterKey(_from_file(Path(source.removeprefix(FILE_PREFIX))))
    return LocalMasterKey(_from_text(source, "An entry of MASTER_KEYS"))


def _from_file(path: Path) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ImproperlyConfigured(
            f"The master key file {path} can't be read: {error.strerror}. MASTER_KEYS names it."
        ) from error
    if len(content) == KEY_BYTES:
        return content
    return _from_text(content.decode("ascii", "replace"), f"The master key file {path}")


def _from_text(text: str, what: str) -> bytes:
    """32 bytes in base64, either alphabet. The text itself is in no message."""
    try:
        material = base64.b64decode(text.strip().replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        material = b""
    if len(material) != KEY_BYTES:
        raise ImproperlyConfigured(
            f"{what} is not a key: it has to be 32 random bytes in base64, `file:/path` or `aws-kms:<key ARN>`."
        ) from None
    return material
