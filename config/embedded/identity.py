"""Who runs the servers: never root. PostgreSQL refuses to, and Valkey has no need to."""

import errno
import os
import pwd
import secrets
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.embedded.errors import LaunchError

# Where the system keeps the state of programs; every user may enter it. Our names in it are random.
OUTSIDE = Path("/var/lib")
PREFIX = "showrunner-"
NOBODY = 65534


@dataclass(frozen=True)
class Identity:
    """The user and group that server processes get; `None` stands for those of this process."""

    uid: int | None = None
    gid: int | None = None

    def run(self, command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        """Run a command to its end as this user, from `/`, keeping its output. A failure does not raise."""
        return subprocess.run(
            command,
            **{"cwd": "/", "capture_output": True, "text": True, "check": False, **self.switch(), **options},
        )

    def switch(self) -> dict[str, Any]:
        """The arguments of `subprocess` that change to this user."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        """Give a file or folder to this user, and to nobody else's eyes."""
        path.chmod(0o700 if path.is_dir() else 0o600)
        if self.uid is not None:
            os.chown(path, self.uid, self.gid or self.uid)

    def can_work_in(self, folder: Path) -> bool:
        """Whether this user reaches the folder and may write there."""
        return self.run(["/bin/sh", "-c", 'cd "$1" && [ -w . ]', "sh", str(folder)]).returncode == 0


def server_identity(existing: Path) -> Identity:
    """This user; as root, the owner of the data that is there already, or `nobody`."""
    if os.geteuid() != 0:
        return Identity()
    if existing.exists() and (owner := existing.stat()).st_uid != 0:
        return Identity(owner.st_uid, owner.st_gid)
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        return Identity(NOBODY, NOBODY)
    return Identity(nobody.pw_uid, nobody.pw_gid)


def data_folder(var: Path, name: str) -> tuple[Path, Identity]:
    """The folder `var/<name>`, owned by whoever runs the server.

    Where root's clone lies in a folder that only root may enter, `var/<name>` is a link to a folder of its
    own below /var/lib.
    """
    folder = var / name
    identity = server_identity(folder)
    if not folder.is_dir():
        folder.unlink(missing_ok=True)
        _make(folder, identity)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, "not ours", str(folder))
    return folder, identity


def _make(folder: Path, identity: Identity) -> None:
    fresh = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    identity.own(fresh)
    if identity.can_work_in(fresh):
        fresh.rename(folder)
        return
    fresh.rmdir()
    outside = outside_folder() / folder.name
    outside.mkdir()
    identity.own(outside)
    if not identity.can_work_in(outside):
        raise LaunchError(
            f"The unprivileged user cannot write to {outside}: start Showrunner as an ordinary user."
        )
    folder.symlink_to(outside)


def remove_outside(var: Path) -> None:
    """Remove the folders below /var/lib that a `var` folder has links to."""
    links = [path for path in var.glob("*") if path.is_symlink()]
    for target in (link.resolve() for link in links):
        for folder in (target, *target.parents):
            if folder.parent == OUTSIDE and folder.name.startswith(PREFIX):
                shutil.rmtree(folder, ignore_errors=True)


def outside_folder() -> Path:
    """A new folder that other users may pass through but not list or change."""
    folder = OUTSIDE / f"{PREFIX}{secrets.token_hex(6)}"
    folder.mkdir(parents=True)
    folder.chmod(0o711)
    return folder


def reachable_binary(var: Path, package: Path, binary: str, identity: Identity) -> Path:
    """The program `binary` inside an installed package, in a place where `identity` may run it.

    That is the package itself, or else a copy of it (and of the `.libs` folder beside it) below /var/lib,
    linked as `var/<package>.copy` and made anew when the package has changed.
    """
    program = package / binary
    if _answers(program, identity):
        return program
    link = var / f"{package.name}.copy"
    stamp = str(program.stat().st_mtime_ns)
    marker = link / f"{package.name}.stamp"
    if not (marker.exists() and marker.read_text() == stamp):
        target = outside_folder()
        for source in (package, package.with_name(f"{package.name}.libs")):
            if source.is_dir():
                shutil.copytree(source, target / source.name, symlinks=True)
                _open_up(target / source.name)
        (target / f"{package.name}.stamp").write_text(stamp)
        if link.exists():
            shutil.rmtree(link.resolve(), ignore_errors=True)
        link.unlink(missing_ok=True)
        link.symlink_to(target)
    copied = link.resolve() / package.name / binary
    if not _answers(copied, identity):
        raise LaunchError(
            f"{program.name} does not run on this machine: set DATABASE_URL and REDIS_URL to your servers."
        )
    return copied


def _answers(program: Path, identity: Identity) -> bool:
    try:
        return identity.run([str(program), "--version"]).returncode == 0
    except OSError:
        return False


def _open_up(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
