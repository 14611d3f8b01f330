"""Locks by name across all processes, held until the transaction ends (PostgreSQL advisory locks)."""

from django.db import connection, transaction


def hold(name: str, *, shared: bool = False) -> None:
    """Wait for the lock of this name and keep it until the transaction ends; must be called within one.

    Shared holders keep out only those that want it for themselves.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(f"the lock {name} would be let go at once: use atomic")
    function = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(hashtextextended(%s, 0))", [name])


def hold_if_free(name: str) -> bool:
    """Take the lock of this name until the transaction ends, or return False at once where another has it."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(f"the lock {name} would be let go at once: use atomic")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [name])
        return bool(cursor.fetchone()[0])
