"""Captions while they are edited: times, problems, and what the buttons make of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.library.cues import (
    MOST,
    add,
    join,
    problems,
    read_file,
    read_time,
    remove,
    shifted,
    split,
    to_srt,
    to_vtt,
    write_time,
)
from apps.library.errors import LibraryError
from apps.library.transcript import Cue, read_cues

CUES = [Cue(0, 2, "Bread smells of home."), Cue(2.5, 4, "Flour & water."), Cue(5, 6.5, "Time.")]


@given(st.integers(min_value=0, max_value=90 * 3600 * 1000))
def test_a_time_is_read_as_it_was_written(millis: int) -> None:
    assert read_time(write_time(millis / 1000)) == pytest.approx(millis / 1000, abs=0.0001)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1:02:03.5", 3723.5), ("2:03", 123), ("3,25", 3.25), (" 0:00.000 ", 0), ("90", 90), ("", None), ("a", None),
        ("1:2:3:4", None), ("-1", None), ("1:", None),
    ],
)  # fmt: skip
def test_times_as_people_write_them(text: str, seconds: float | None) -> None:
    assert read_time(text) == seconds


@pytest.mark.spec("LIB-07")
@pytest.mark.parametrize(
    ("cues", "found"),
    [
        (CUES, []),
        (
            [Cue(0, 2, "One"), Cue(1.5, 3, "Two")],
            [(1, "start", "It begins before the cue above has ended, at 0:02.000.")],
        ),
        (
            [Cue(2, 3, "One"), Cue(1, 1.5, "Two")],
            [(1, "start", "It begins before the cue above it: put them in order.")],
        ),
        ([Cue(1, 1, "One")], [(0, "end", "It has to end at least 0.1 s after it begins.")]),
        ([Cue(0, 1, " ")], [(0, "text", "Write the words, or remove this cue.")]),
        ([Cue(11, 12, "Late")], [(0, "start", "The video ends at 0:10.000.")]),
        ([Cue(0, 60, "x" * 501)], [(0, "text", "Keep a cue within 500 letters: split it.")]),
        ([Cue(0, 1, "x" * 40)], [(0, "text", "40 letters in 1.0 s are hard to read in time.")]),
    ],
)
def test_problems_stand_beside_their_cue(cues: list[Cue], found: list[tuple[int, str, str]]) -> None:
    assert [(one.number, one.field, one.sentence) for one in problems(cues, 10)] == found
    assert all(one.warns == ("hard to read" in one.sentence) for one in problems(cues, 10))


def test_cue_is_split_at_the_cursor_or_in_its_middle_and_shares_its_time() -> None:
    halves = split([Cue(0, 4, "one two three")], 0, 4)
    assert halves == [Cue(0, 1.0, "one"), Cue(1.0, 4, "two three")]
    assert [cue.text for cue in split([Cue(0, 4, "one two three")], 0)] == ["one two", "three"]
    assert [cue.text for cue in split([Cue(0, 2, "昨日は雨でした")], 0)] == ["昨日は", "雨でした"]
    with pytest.raises(LibraryError, match="nothing to split"):
        split([Cue(0, 1, "x")], 0)


def test_split_and_join_undo_each_other() -> None:
    assert join(split(CUES, 0), 0) == CUES
    with pytest.raises(LibraryError, match="no cue after this one"):
        join(CUES, 2)


def test_new_cue_fills_the_gap_and_no_more() -> None:
    assert add(CUES, 0, 10)[1] == Cue(2, 2.5, "")
    assert add(CUES, 2, 10)[3] == Cue(6.5, 8.5, "")
    assert add(CUES, 2, 7)[3] == Cue(6.5, 7, "")
    assert add([], -1, 10) == [Cue(0, 2, "")]
    assert remove(CUES, 1) == [CUES[0], CUES[2]]
    assert shifted([Cue(0.25, 2, "a")], -0.5) == [Cue(0, 1.5, "a")]


@pytest.mark.spec("LIB-07")
@pytest.mark.parametrize("write", [to_vtt, to_srt])
def test_files_hold_what_was_written(write: object) -> None:
    cues = [Cue(0, 1.25, "Brot & Salz <b>"), Cue(3600.5, 3602, "خبز\nوملح"), Cue(3603, 3604, "a → b")]
    assert read_file(write(cues).encode()) == [  # type: ignore[operator]
        cue if write is to_vtt or "<" not in cue.text else Cue(cue.start_s, cue.end_s, "Brot & Salz")
        for cue in cues
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_files_come_in_several_encodings(encoding: str) -> None:
    text = "1\r\n00:00:01,000 --> 00:00:02,500\r\nSüß und\r\n<i>salzig</i>\r\n\r\n"
    assert read_file(text.encode(encoding)) == [Cue(1, 2.5, "Süß und\nsalzig")]


@pytest.mark.parametrize("data", [b"", b"just words", b"\x00\x01\x02", b"WEBVTT\n\nNOTE nothing\n"])
def test_what_holds_no_captions_is_refused(data: bytes) -> None:
    with pytest.raises(LibraryError, match="no captions in this file"):
        read_file(data)


def test_too_many_cues_are_refused() -> None:
    lines = "".join(f"00:00:{n % 60:02},000 --> 00:00:{n % 60:02},900\nx\n\n" for n in range(MOST + 1))
    with pytest.raises(LibraryError, match="20,000 are the most"):
        read_file(lines.encode())


def test_transcript_is_read_in_one_line() -> None:
    assert read_cues("00:00.000 --> 00:01.000\na\nb\n") == [Cue(0, 1, "a b")]
