"""The words of a post held against what platforms take."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.connections.capabilities import PostKind, TextLimits
from apps.connections.registry import PLATFORMS
from apps.publishing.findings import Severity
from apps.publishing.wordcheck import length_in, tags_length, word_findings
from apps.publishing.words import Words

YOUTUBE = PLATFORMS["youtube"].limits[PostKind.VIDEO].text
TIKTOK = PLATFORMS["tiktok"].limits[PostKind.VIDEO].text
INSTAGRAM = PLATFORMS["instagram"].limits[PostKind.VIDEO].text
PLAIN = Words(title="Bees", text="What bees do all day.")


def codes(words: Words, limits: TextLimits = YOUTUBE) -> list[str]:
    return [finding.code for finding in word_findings(words, limits, "YouTube")]


@pytest.mark.spec("PUB-01")
@pytest.mark.parametrize(
    ("words", "found"),
    [
        (PLAIN, []),
        (replace(PLAIN, title=""), ["title_missing"]),
        (replace(PLAIN, title="x" * 101), ["title_too_long"]),
        (replace(PLAIN, title="x" * 201), ["title_long"]),
        (replace(PLAIN, text="x" * 10_001), ["text_long"]),
        (replace(PLAIN, text="é" * 2500), []),
        (replace(PLAIN, text="é" * 2501), ["text_too_long"]),
        (replace(PLAIN, text="x" * 4998, hashtags=("b",)), ["text_too_long"]),
        (replace(PLAIN, tags=tuple(f"tag {n}" for n in range(101))), ["tags_many"]),
        (replace(PLAIN, tags=("x" * 99,) * 5), []),
        (replace(PLAIN, tags=("x" * 99,) * 5 + ("y z",)), ["tags_long"]),
        (replace(PLAIN, title="Bees <3"), ["title_forbidden"]),
        (replace(PLAIN, hashtags=tuple(f"b{n}" for n in range(61))), ["hashtags_too_many"]),
        (replace(PLAIN, first_comment="x" * 10_001), ["first_comment_long"]),
    ],
)
def test_what_youtube_would_refuse_is_found(words: Words, found: list[str]) -> None:
    assert codes(words) == found


def test_each_platform_counts_in_its_own_way() -> None:
    assert (length_in("é😀", "characters"), length_in("é😀", "bytes"), length_in("é😀", "utf16")) == (2, 6, 3)
    assert codes(replace(PLAIN, title="", text="😀" * 1100), TIKTOK) == []
    assert codes(replace(PLAIN, text="😀" * 1101), TIKTOK) == ["text_too_long"]
    assert codes(replace(PLAIN, text="@a " * 21), INSTAGRAM) == ["mentions_too_many"]
    assert codes(replace(PLAIN, text="mail@example.com " * 21), INSTAGRAM) == []


def test_finding_says_what_and_where() -> None:
    (finding,) = word_findings(replace(PLAIN, text="x" * 5001), YOUTUBE, "YouTube")
    assert (finding.severity, finding.repairable, finding.field) == (Severity.STOPS, False, "text")
    assert finding.whole == (
        "The text with its hashtags has 5,001 bytes; YouTube takes 5,000. "
        "Shorten it, or write a shorter one for this channel."
    )


@given(st.lists(st.text(min_size=1, max_size=30), max_size=40))
def test_tags_count_as_one_line_that_youtube_reads(tags: list[str]) -> None:
    line = ",".join(f'"{tag}"' if " " in tag else tag for tag in tags)
    assert tags_length(tags) == len(line)
