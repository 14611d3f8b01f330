"""The import folder of a team: files that somebody put into the storage, on the disk or under a bucket's prefix."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.core.files.storage import default_storage

from apps.library.errors import LibraryError
from apps.library.removal import names_in

FOLDER = "imports"


@dataclass(frozen=True)
class Waiting:
    """A file that lies in the import folder."""

    name: str
    size_bytes: int


def folder_of(team_id: UUID | str) -> str:
    """Its name in the default storage; in a bucket this is the prefix."""
    return f"{FOLDER}/{team_id}"


def waiting(team_id: UUID | str, *, most: int) -> list[Waiting]:
    """What lies there, by name."""
    found = [
        Waiting(name, default_storage.size(f"{folder_of(team_id)}/{name}")) for name in _names(team_id, most)
    ]
    return [one for one in found if one.size_bytes]


def names(team_id: UUID | str, *, most: int = 10_000) -> set[str]:
    return set(_names(team_id, most))


def _names(team_id: UUID | str, most: int) -> Iterator[str]:
    found = sorted(path.rpartition("/")[2] for path in names_in(folder_of(team_id)))
    yield from [name for name in found if name and not name.startswith(".")][:most]


def path_of(team_id: UUID | str, name: str) -> str:
    """Where a file of the folder lies in the storage. Raises LibraryError for what is no plain name, or is gone."""
    path = f"{folder_of(team_id)}/{name}"
    if not name or name.startswith(".") or "/" in name or "\\" in name or not default_storage.exists(path):
        raise LibraryError(f"There is no file “{name[:80]}” in the import folder any more.", field="file")
    return path
