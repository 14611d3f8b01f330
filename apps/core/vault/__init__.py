"""Envelope encryption of stored secrets (SEC-01): secrets are encrypted by data keys, data keys by a master key.

The master key never touches the database: it comes from the environment, a file, or stays within AWS KMS
(settings.MASTER_KEYS). The data keys lie in the table `core_datakey`, wrapped. Fields of the type
`apps.core.fields.EncryptedTextField` use all of this by themselves.
"""

from apps.core.vault.errors import MasterKeyMissing, SecretUnreadable, VaultError
from apps.core.vault.keyring import (
    Unwrapped,
    add_data_key,
    ensure_data_key,
    forget_unwrapped,
    newest_key_id,
    rewrap,
)
from apps.core.vault.master_keys import MasterKey, masters
from apps.core.vault.sealing import Sealed, open_sealed, seal

__all__ = [
    "MasterKey",
    "MasterKeyMissing",
    "Sealed",
    "SecretUnreadable",
    "Unwrapped",
    "VaultError",
    "add_data_key",
    "ensure_data_key",
    "forget_unwrapped",
    "masters",
    "newest_key_id",
    "open_sealed",
    "rewrap",
    "seal",
]
