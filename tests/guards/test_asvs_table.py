"""The table of OWASP ASVS 5.0.0 in docs/security.md names every requirement of levels 1 and 2 once, and real tests."""

import re
from collections import Counter

from tests.guards.tree import ROOT

# Section → how many of its requirements, its first ones, are of level 1 or 2.
SECTIONS = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2, "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1, "3.2": 2,
    "3.3": 4, "3.4": 6, "3.5": 5, "3.7": 2, "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4, "5.1": 1, "5.2": 3,
    "5.3": 2, "5.4": 3, "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4, "7.1": 3,
    "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2, "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1, "9.1": 3,
    "9.2": 4, "10.1": 2, "10.2": 2, "10.3": 4, "10.4": 11, "10.5": 5, "10.6": 2, "10.7": 3, "11.1": 2,
    "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1, "12.1": 3, "12.2": 2, "12.3": 4, "13.1": 1,
    "13.2": 5, "13.3": 2, "13.4": 5, "14.1": 2, "14.2": 4, "14.3": 3, "15.1": 3, "15.2": 3, "15.3": 7,
    "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3, "17.1": 1, "17.2": 4, "17.3": 2,
}  # fmt: skip
ROW = re.compile(
    r"^\| V(\d+\.\d+)\.(\d+)(?:–(\d+))? \| (met|not met|not applicable) \| (.+) \|$", re.MULTILINE
)


def rows() -> list[tuple[str, range, str, str]]:
    text = (ROOT / "docs" / "security.md").read_text()
    return [
        (section, range(int(first), int(last or first) + 1), verdict, reason)
        for section, first, last, verdict, reason in ROW.findall(text)
    ]


def test_table_names_every_requirement_once() -> None:
    named = Counter((section, number) for section, numbers, _, _ in rows() for number in numbers)
    expected = {(section, number) for section, count in SECTIONS.items() for number in range(1, count + 1)}
    assert (set(named) - expected, expected - set(named)) == (set(), set())
    assert [requirement for requirement, times in named.items() if times > 1] == []


def test_table_counts_itself_right() -> None:
    counts = Counter(verdict for _, numbers, verdict, _ in rows() for _ in numbers)
    said = re.search(
        r"Of (\d+): (\d+) met, (\d+) not met, (\d+) not applicable",
        (ROOT / "docs" / "security.md").read_text(),
    )
    assert said
    assert [int(number) for number in said.groups()] == [
        sum(counts.values()),
        counts["met"],
        counts["not met"],
        counts["not applicable"],
    ]


def test_tests_of_the_table_exist() -> None:
    named = {path for *_, reason in rows() for path in re.findall(r"`(tests/[^`]+)`", reason)}
    assert named
    assert sorted(path for path in named if not (ROOT / path).exists()) == []
