"""What guards read: the files of the project, parsed once, and allow-lists that must not go stale."""

import ast
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def tracked(*patterns: str) -> list[Path]:
    """The files that git knows, or would take: never what lies in ignored folders."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = (ROOT / line for line in listed.stdout.splitlines())
    return sorted({path for path in paths if path.is_file()})


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def sources() -> list[Path]:
    """The product's own Python files, without migrations."""
    return [
        path for path in tracked("apps/**.py", "config/**.py", "manage.py") if "migrations" not in path.parts
    ]


def view_files() -> list[Path]:
    return [path for path in sources() if path.stem == "views" or "views" in path.parts]


Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(path: Path) -> Iterator[Function]:
    for node in ast.walk(parsed(path)):
        if isinstance(node, Function):
            yield node


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node


def check(found: Iterable[str], allowed: Mapping[str, str]) -> None:
    """Everything that was found is allowed, each with a reason, and the list holds nothing that is not found."""
    offenders = set(found)
    assert not (new := sorted(offenders - allowed.keys())), f"not allowed: {new}"
    assert not (gone := sorted(allowed.keys() - offenders)), f"allowed, but no longer there: {gone}"
    assert not (bare := [name for name, reason in allowed.items() if len(reason) < 10]), f"no reason: {bare}"
