"""A database that the migrations have made, kept beside the tests' own: every test process begins with a copy of it.

The migrations take ten seconds of processor time, a copy takes a fraction of one. The copy is then migrated as any
database is, which finds nothing to apply and writes what belongs to this run (content types, permissions, the first
data key). What was kept is made anew when a migration, a field of our own or a package has changed.
"""

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from apps.core.models import DataKey

SERVERS_OWN = "postgres"  # every server has it
PREFIX = "migrated_"
BEING_MADE = f"{PREFIX}unfinished"
FIELDS = Path(settings.BASE_DIR) / "apps/core/fields.py"


def template() -> str:
    """The name of the database to copy; makes it if there is none for these migrations. One process at a time."""
    with (settings.VAR_DIR / "migrated.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        wanted, kept = f"{PREFIX}{fingerprint()}", _kept()
        if wanted not in kept:
            for name in kept:
                _say(f"DROP DATABASE {name} WITH (FORCE)")
            _say(f"CREATE DATABASE {BEING_MADE}")
            with _connected_to(BEING_MADE):
                call_command("migrate", verbosity=0, interactive=False, run_syncdb=True)
                DataKey.objects.all().delete()  # sealed with a key that only this run has
            _say(f"ALTER DATABASE {BEING_MADE} RENAME TO {wanted}")
    return wanted


def fingerprint() -> str:
    """Differs when the migrations would make another database."""
    digest = hashlib.sha256(f"Django {version('django')}".encode())
    for file in [*migration_files(), FIELDS]:
        digest.update(f"{file.parent.parent.name} {file.name}".encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def migration_files() -> list[Path]:
    """The migrations of all installed apps, packages' too."""
    modules = (MigrationLoader.migrations_module(app.label)[0] for app in apps.get_app_configs())
    folders: list[Path] = []
    for module in filter(None, modules):
        try:
            folders += map(Path, import_module(module).__path__)
        except ModuleNotFoundError:
            continue
    return [file for folder in sorted(folders) for file in sorted(folder.glob("*.py"))]


def _kept() -> list[str]:
    with _connected_to(SERVERS_OWN), connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{PREFIX}%"])
        return [name for (name,) in cursor.fetchall()]


def _say(statement: str) -> None:
    with _connected_to(SERVERS_OWN), connection.cursor() as cursor:
        cursor.execute(statement)


@contextmanager
def _connected_to(name: str) -> Iterator[None]:
    """The connection goes to this database meanwhile, and is closed afterwards: who copies one must be alone in it."""
    values: dict[str, Any] = connection.settings_dict
    before = values["NAME"]
    connection.close()
    values["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        values["NAME"] = before
