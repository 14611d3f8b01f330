"""Nothing in the tree speaks of the machine that it was made on, or holds a secret."""

import re
from pathlib import Path

from tests.guards.tree import check, named, tracked

TEXT = {
    ".py",
    ".md",
    ".html",
    ".css",
    ".js",
    ".toml",
    ".txt",
    ".in",
    ".json",
    ".sh",
    ".yml",
    ".yaml",
    ".svg",
    "",
}
HOME = re.compile(
    r"(?<![\w.])/(?:home|Users)/(?!runner\b|you\b|name\b)[a-z][\w-]*/|(?<![\w.])/root/|[A-Z]:\\Users\\"
)
# A place outside of the file system's usual folders, as only somebody's own machine has it.
ODD_PLACE = re.compile(r"(?<![\w./<{])/(?:work|workspace|mnt/data|build)/\w+")
# Packages come from where everybody gets them.
OTHER_REGISTRY = re.compile(
    r"--(?:extra-)?index-url|--find-links|--trusted-host|\"resolved\": \"(?!https://registry\.npmjs\.org/)"
)
PRIVATE_KEY = re.compile(r"-----BEGIN (?:RSA |EC |OPENSSH |)PRIVATE KEY-----")
LIVE_KEY = re.compile(r"\b(?:sk_live_|AKIA[0-9A-Z]{16}\b|ghp_[A-Za-z0-9]{36}\b|xox[bp]-\d{8,})")

HOME_ALLOWED: dict[str, str] = {}
ODD_ALLOWED: dict[str, str] = {}
REGISTRY_ALLOWED: dict[str, str] = {}
KEY_ALLOWED: dict[str, str] = {}


def found(pattern: re.Pattern[str]) -> list[str]:
    this = Path(__file__)
    return [
        named(path)
        for path in tracked()
        if path.suffix in TEXT
        and path != this
        and pattern.search(path.read_text(encoding="utf-8", errors="replace"))
    ]


def test_no_file_names_somebody_s_home() -> None:
    check(found(HOME), HOME_ALLOWED)


def test_no_file_names_a_place_of_one_machine() -> None:
    check(found(ODD_PLACE), ODD_ALLOWED)


def test_no_file_names_another_registry() -> None:
    check(found(OTHER_REGISTRY), REGISTRY_ALLOWED)


def test_no_file_holds_a_key() -> None:
    check(found(PRIVATE_KEY) + found(LIVE_KEY), KEY_ALLOWED)


def test_patterns_see_what_they_should() -> None:
    bad = {
        HOME: ["cd /home/maria/x", "see /root/notes", r"C:\Users\Bob"],
        ODD_PLACE: ["/work/shared", "in /workspace/app"],
        OTHER_REGISTRY: ["--index-url https://x", '"resolved": "https://mirror.example/x"'],
        PRIVATE_KEY: ["-----BEGIN PRIVATE KEY-----"],
        LIVE_KEY: ["sk_live_abc", "AKIA" + "A" * 16],
    }
    missed = [text for pattern, texts in bad.items() for text in texts if not pattern.search(text)]
    assert missed == []
    good = [
        "/home/you/showrunner",
        "https://x.example/root/y",
        "network/",
        '"resolved": "https://registry.npmjs.org/x"',
    ]
    assert [text for text in good for pattern in bad if pattern.search(text)] == []
