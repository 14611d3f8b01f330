"""Secrets sealed by a data key: AES-256-GCM with 96 random bits of nonce (NIST SP 800-38D), bound to their place.

As text: `r1.<data key>.<nonce and ciphertext in base64url>` bound to model, field and row; `f1.…` to model and field
only, for a row that has no id before it is written. What was stored before there were data keys is a Fernet token.
"""

import base64
import binascii
import os
from dataclasses import dataclass, field
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from apps.core.vault.errors import SecretUnreadable
from apps.core.vault.keyring import newest_key_id, unwrapped
from apps.core.vault.master_keys import NONCE_BYTES

ROW, FIELD = "r1", "f1"
FERNET = "gAAAA"  # version 0x80 and a time before the year 2106, in base64


@dataclass(frozen=True)
class Sealed:
    """A secret as it is stored."""

    text: str = field(repr=False)

    @property
    def key_id(self) -> int | None:
        """The data key that opens it; None for one from before there were data keys."""
        parts = self.text.split(".", 2)
        return int(parts[1]) if len(parts) == 3 and parts[1].isdigit() else None

    @property
    def bound_to_row(self) -> bool:
        return self.text.startswith(f"{ROW}.")


def seal(text: str, place: str, row: object | None, *, key_id: int | None = None) -> Sealed:
    """Encrypt by the newest data key, or the given one. `place` is model and field; `row` its id, None if not known."""
    key = unwrapped(newest_key_id() if key_id is None else key_id)
    kind = FIELD if row is None else ROW
    head = f"{kind}.{key.id}."
    nonce = os.urandom(NONCE_BYTES)
    body = nonce + key.cipher.encrypt(nonce, text.encode(), _bound(head, place, row))
    return Sealed(head + base64.urlsafe_b64encode(body).decode())


def open_sealed(sealed: Sealed, place: str, row: object | None) -> str:
    """The secret. Raises SecretUnreadable where it was changed or belongs elsewhere, VaultError where keys lack."""
    if sealed.text == "":
        return ""
    if sealed.text.startswith(FERNET):
        return _open_older(sealed.text, place)
    head, key_id = sealed.text.rpartition(".")[0] + ".", sealed.key_id
    if key_id is None or head not in (f"{ROW}.{key_id}.", f"{FIELD}.{key_id}."):
        raise SecretUnreadable(f"{place}: what is stored is no sealed secret. Enter it again.")
    bound = _bound(head, place, row if sealed.bound_to_row else None)
    try:
        body = base64.b64decode(sealed.text[len(head) :], altchars=b"-_", validate=True)
        return unwrapped(key_id).cipher.decrypt(body[:NONCE_BYTES], body[NONCE_BYTES:], bound).decode()
    except (InvalidTag, binascii.Error, ValueError) as error:
        raise SecretUnreadable(
            f"{place}: what is stored was changed, or belongs to another row. Enter the secret again."
        ) from error


def _bound(head: str, place: str, row: object | None) -> bytes:
    """The associated data: what is stored opens only in its own place, by the key that it names."""
    return f"{head}|{place}|{'' if row is None else row}".encode()


def _open_older(token: str, place: str) -> str:
    try:
        return _older(tuple(settings.SECRET_KEYS_FERNET)).decrypt(token.encode()).decode()
    except (InvalidToken, ValueError) as error:
        raise SecretUnreadable(
            f"{place}: no key of SECRET_KEYS_FERNET opens it. Put the old key back, or enter the secret again."
        ) from error


@lru_cache(maxsize=8)
def _older(keys: tuple[str, ...]) -> MultiFernet:
    """Raises ValueError where there is no key, or one that is none."""
    return MultiFernet([Fernet(key) for key in keys])
