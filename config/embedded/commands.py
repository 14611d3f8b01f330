"""Running the programs that install things, and turning their failures into sentences."""

import os
import ssl
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from config.embedded.errors import LaunchError, disk_full
from config.embedded.paths import REPOSITORY

FULL_DISK = "No space left on device"
CERTIFICATES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")


def run(command: Sequence[str | Path], doing: str, env: Mapping[str, str] | None = None) -> str:
    """Run an installer in the project's folder and return what it printed.

    Args:
        command: the program and its arguments.
        doing: what was tried, for the sentence: "{doing} failed: …".
        env: variables on top of the environment.

    Raises:
        LaunchError: when it fails.
    """
    try:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=REPOSITORY,
            env={**os.environ, **(env or {})},
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError as error:
        raise LaunchError(f"{doing} failed: {command[0]} cannot be run ({error.strerror}).") from error
    if done.returncode:
        raise failure(doing, done.stderr + done.stdout)
    return done.stdout


def failure(doing: str, words: str) -> LaunchError:
    """The sentence for an installer's last words."""
    if FULL_DISK in words or "ENOSPC" in words:
        return disk_full(REPOSITORY)
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    return LaunchError(f"{doing} failed: {' '.join(lines[-6:]) or 'no reason was given'}")


def system_certificates() -> str | None:
    """The file of certificates that this machine trusts."""
    named = (os.environ.get("SSL_CERT_FILE"), ssl.get_default_verify_paths().cafile, *CERTIFICATES)
    return next((path for path in named if path and Path(path).is_file()), None)
