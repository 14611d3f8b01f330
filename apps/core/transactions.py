"""Whether a transaction is open."""

from django.db import connections


def in_transaction() -> bool:
    """True within `transaction.atomic`. What a test case wraps around itself does not count (Django marks it)."""
    return any(
        not getattr(block, "_from_testcase", False)
        for connection in connections.all(initialized_only=True)
        for block in connection.atomic_blocks
    )
