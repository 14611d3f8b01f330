"""Accounts at the platforms: samples to choose from, and new ones."""

import hashlib
import secrets
from typing import Any

from apps.sandbox.models import Account


def new_account(
    platform: str,
    kind: str,
    name: str,
    *,
    external_id: str = "",
    handle: str = "",
    facts: dict[str, Any] | None = None,
    parent: Account | None = None,
) -> Account:
    """An account that did not exist before. Without an id of the platform's it gets one."""
    return Account.objects.create(
        platform=platform,
        kind=kind,
        name=name,
        external_id=external_id or secrets.token_hex(12),
        handle=handle or name.lower().replace(" ", ""),
        facts=facts or {},
        parent=parent,
    )


def sample(platform: str, kind: str, name: str, external_id: str, **options: Any) -> Account:
    """One of the accounts that are always there; made the first time it is asked for."""
    found = Account.objects.filter(platform=platform, external_id=external_id).first()
    return found or new_account(platform, kind, name, external_id=external_id, **options)


def change_facts(account: Account, **facts: Any) -> Account:
    """Something else is true of the account from now on; None takes a fact away."""
    account.facts = {name: value for name, value in {**account.facts, **facts}.items() if value is not None}
    account.save(update_fields=["facts"])
    return account


def figure(account: Account, name: str, most: int) -> int:
    """A count to show, always the same for one account."""
    hashed = hashlib.sha256(f"{account.external_id} {name}".encode()).digest()
    return int(account.facts.get(name, int.from_bytes(hashed[:4], "big") % most))
