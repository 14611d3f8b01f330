"""A pytest plugin for `make requirements`: joins docs/requirements.toml and `spec` marks in docs/requirements.md."""

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[1] / "docs"
SHOWN = 3  # tests named in a row; more are counted


def read_requirements(path: Path = DOCS / "requirements.toml") -> dict[str, dict[str, str]]:
    """Area → id → what is asked."""
    return tomllib.loads(path.read_text())


def table(requirements: Mapping[str, Mapping[str, str]], proofs: Mapping[str, Iterable[str]]) -> str:
    """The page: for each requirement the tests that prove it, or that none does.

    Raises KeyError for a proof of an id that is not a requirement.
    """
    known = {key for rows in requirements.values() for key in rows}
    if unknown := sorted(set(proofs) - known):
        raise KeyError(f"docs/requirements.toml does not know {', '.join(unknown)}")
    proven = sum(key in proofs for key in known)
    lines = [
        "# Requirements and the tests that prove them",
        "",
        "Made by `make requirements` from requirements.toml and the `spec` marks of the tests; not written by hand.",
        f"{proven} of {len(known)} have tests.",
    ]
    for area, rows in requirements.items():
        lines += ["", f"## {area.capitalize()}", "", "| id | what | tests |", "| --- | --- | --- |"]
        lines += [f"| {key} | {what} | {_named(proofs.get(key, ()))} |" for key, what in rows.items()]
    return "\n".join(lines) + "\n"


def _named(tests: Iterable[str]) -> str:
    files: dict[str, list[str]] = defaultdict(list)
    for test in sorted(set(tests)):
        file, _, name = test.partition("::")
        files[file].append(name)
    if not files:
        return "**none yet**"
    shown = [f"`{file}` ({len(names)})" for file, names in list(files.items())[:SHOWN]]
    more = len(files) - SHOWN
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")


def pytest_collection_finish(session: pytest.Session) -> None:
    proofs: dict[str, list[str]] = defaultdict(list)
    for item in session.items:
        for mark in item.iter_markers("spec"):
            for key in mark.args:
                proofs[key].append(item.nodeid.split("[")[0])
    try:
        (DOCS / "requirements.md").write_text(table(read_requirements(), proofs))
    except KeyError as error:
        raise pytest.UsageError(str(error)) from error
