"""What the product is built from: names and versions out of the locks in the project's folder."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

PYPI, NPM = "PyPI", "npm"
_PINNED = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)", re.MULTILINE)
PYTHON_LOCKS = ("base", "media", "embedded", "uv", "node")


@dataclass(frozen=True, order=True)
class Package:
    """A package at the exact version that an installation has; `ecosystem` as OSV names it."""

    ecosystem: str
    name: str
    version: str


def locked(root: Path) -> list[Package]:
    """Every package that runs in production, Python's and the browser's, each once and in order."""
    found = set()
    for lock in PYTHON_LOCKS:
        for name, version in _PINNED.findall((root / "requirements" / f"{lock}.txt").read_text()):
            found.add(Package(PYPI, re.sub(r"[-_.]+", "-", name).lower(), version))
    return sorted(found | _npm(root / "package-lock.json"))


def _npm(lock: Path) -> set[Package]:
    packages = json.loads(lock.read_text())["packages"]
    return {
        Package(NPM, place.rpartition("node_modules/")[2], facts["version"])
        for place, facts in packages.items()
        if place and not facts.get("dev") and "version" in facts
    }
