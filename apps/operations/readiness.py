"""Whether this process can serve people: what it stands on answers, fits its code, and has room (OPS-01)."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from redis.exceptions import RedisError

from apps.core import queue

LEAST_FREE_BYTES = 500 * 2**20
GOES_ON_WITHOUT = {
    "valkey"
}  # all web processes lose it together, and nobody is helped by sending people to none


@dataclass(frozen=True)
class Check:
    """One part; `problem` is empty where it is well, else says what is wrong.

    Without what is not `needed` people are served all the same, only some things come later.
    """

    name: str
    problem: str = ""
    needed: bool = True

    @property
    def is_well(self) -> bool:
        return not self.problem


def check_all() -> list[Check]:
    """Every part, also those after one that is missing. Takes at most a few seconds."""
    return [Check(name, look(), needed=name not in GOES_ON_WITHOUT) for name, look in CHECKS.items()]


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        connection.close()
        return "PostgreSQL does not answer."
    return ""


def _valkey() -> str:
    try:
        queue.connection().ping()
    except (RedisError, OSError):
        return "Valkey does not answer."
    return ""


_fits: set[str] = set()  # databases that were found to have every migration of this code


def _migrations() -> str:
    name = str(connection.settings_dict["NAME"])
    if name in _fits:
        return ""
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Error:
        connection.close()
        return "Cannot be looked at: PostgreSQL does not answer."
    if missing:
        return f"{len(missing)} migrations are not applied. Run the release step."
    _fits.add(name)
    return ""


def _disk() -> str:
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.VAR_DIR).free
    return "" if free >= LEAST_FREE_BYTES else f"Only {free // 2**20} MB are left."


CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "valkey": _valkey,
    "migrations": _migrations,
    "disk": _disk,
}
