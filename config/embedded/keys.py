"""The secrets of an embedded installation, made once and kept in `keys.env`, readable by its owner only."""

import base64
import os
import secrets
from pathlib import Path

FILE = "keys.env"


def ensure_keys(var: Path) -> dict[str, str]:
    """SECRET_KEY and MASTER_KEYS from `var/keys.env`, which is made when it is missing.

    The caller holds the lock of `var`. Whoever loses this file loses what is encrypted in the database.
    """
    path = var / FILE
    if not path.exists():
        made = {
            "SECRET_KEY": secrets.token_urlsafe(48),
            "MASTER_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        }
        fresh = path.with_name(f"{FILE}.new")
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.writelines(f"{key}={value}\n" for key, value in made.items())
        fresh.rename(path)
    lines = path.read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
