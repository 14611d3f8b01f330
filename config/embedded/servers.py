"""The embedded servers as a whole: running while somebody uses them, each `var` folder with its own."""

import atexit
import contextlib
import fcntl
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from config.embedded import postgres, valkey
from config.embedded.errors import LaunchError, in_words
from config.embedded.keys import ensure_keys
from config.embedded.paths import var_folder

PRODUCTION = "config.settings.production"
# Commands that touch neither the database nor Valkey.
WITHOUT_SERVERS = {"", "help", "version", "--help", "--version", "collectstatic", "findstatic", "startapp"}
WITHOUT_SERVERS |= {"makemessages", "compilemessages"}


@dataclass(frozen=True)
class Addresses:
    """Where the servers answer."""

    database_url: str
    redis_url: str


_users: dict[Path, IO[str]] = {}  # held open for as long as this process uses the servers of a folder


def ensure_running(var: Path | None = None, *, durable: bool = True) -> Addresses:
    """Start PostgreSQL and Valkey unless they run, and use them until this process ends.

    Safe to call again and from many processes at once. The servers stop with the last process that uses
    them, or by `stop`. Addresses that the environment names (DATABASE_URL, REDIS_URL) are taken as they are.

    Raises:
        LaunchError: with a sentence for the user.
    """
    var = var or var_folder()
    with _locked(var):
        addresses = Addresses(
            database_url=os.environ.get("DATABASE_URL") or postgres.ensure(var, durable=durable),
            redis_url=os.environ.get("REDIS_URL") or valkey.ensure(var, durable=durable),
        )
        _use(var)
    return addresses


def stop(var: Path | None = None, *, even_if_used: bool = True) -> bool:
    """Stop both servers and wait until they are gone; by choice only if no other process uses them.

    Returns:
        Whether they were stopped.
    """
    var = var or var_folder()
    with _locked(var):
        if file := _users.pop(var, None):
            file.close()
        if not even_if_used and _used(var):
            return False
        valkey.stop(var)
        postgres.stop(var)
    return True


def ensure_for_command(argv: list[str]) -> None:
    """Set what the settings read from the environment, and start servers if this command needs them.

    Ends the process with a sentence where they cannot run. Does nothing for production settings.
    """
    if os.environ.get("DJANGO_SETTINGS_MODULE") == PRODUCTION:
        return
    command = argv[1] if len(argv) > 1 else ""
    try:
        prepare_environment(servers=command not in WITHOUT_SERVERS and "--help" not in argv)
    except LaunchError as error:
        sys.exit(f"{error}")


def prepare_environment(*, servers: bool = True, durable: bool = True) -> None:
    """Put the folder, the keys and the servers' addresses into `os.environ` where it lacks them."""
    var = var_folder()
    os.environ["SHOWRUNNER_VAR"] = str(var)
    with _locked(var):
        for name, value in ensure_keys(var).items():
            os.environ.setdefault(name, value)
    if servers and not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")):
        addresses = ensure_running(var, durable=durable)
        os.environ["DATABASE_URL"] = addresses.database_url
        os.environ["REDIS_URL"] = addresses.redis_url


@contextlib.contextmanager
def _locked(var: Path) -> Iterator[None]:
    with in_words(var), (var / "servers.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _use(var: Path) -> None:
    if var not in _users:
        file = (var / "servers.users").open("a")
        fcntl.flock(file, fcntl.LOCK_SH)
        _users[var] = file
        atexit.register(_leave, var, os.getpid())


def _used(var: Path) -> bool:
    with (var / "servers.users").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _leave(var: Path, owner: int) -> None:
    if os.getpid() == owner and var in _users:
        with contextlib.suppress(LaunchError):
            stop(var, even_if_used=False)
