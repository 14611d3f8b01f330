"""Captions: every word in its place and time, in every script, and nothing that could be read as a command."""

import re
import subprocess
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.media.binaries import ffmpeg_path
from apps.media.captions import (
    CaptionLook,
    CaptionPosition,
    CaptionStyle,
    Word,
    ass_document,
    group_words,
    srt,
    vtt,
)
from apps.media.captions.ass import caption_events, faces_of, title_events, within
from apps.media.captions.layout import place, visual_order
from apps.media.captions.lettering import drawable
from apps.media.captions.pages import measure_for
from apps.media.captions.styles import TYPES, safe_area
from apps.media.fonts import font_file
from apps.media.formats import FRAME_SIZES, FormatName, FrameSize
from apps.media.graphics import PALETTES

VERTICAL = FRAME_SIZES[FormatName.VERTICAL]
SPEECHES = {
    "latin": "This is how every single word pops up, while the narrator speaks! Really?",
    "arabic": "مرحبا بكم في هذا الفيديو الجديد عن 2026 Showrunner والتقنية الحديثة.",
    "hebrew": "שלום לכולם, זהו סרטון חדש על טכנולוגיה.",
    "chinese": "你好， 欢迎 来到 这个 新 视频， 今天 我们 谈谈 技术。",
    "japanese": "こんにちは、 新しい ビデオ へ ようこそ。",
    "korean": "안녕하세요 여러분, 새 영상에 오신 것을 환영합니다.",
    "devanagari": "नमस्ते दोस्तों, इस नए वीडियो में आपका स्वागत है।",
    "thai": "สวัสดี ครับ ยินดี ต้อนรับ",
    "cyrillic": "Привет, это новое видео.",
    "greek": "Γεια σας, αυτό είναι ένα νέο βίντεο.",
}

any_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=24)
spoken = st.lists(st.tuples(any_text, st.floats(0, 2), st.floats(0, 1.5)), max_size=30).map(
    lambda parts: [
        Word(
            text,
            sum(gap + length for _, gap, length in parts[:number]) + gap,
            sum(gap + length for _, gap, length in parts[:number]) + gap + length,
        )
        for number, (text, gap, length) in enumerate(parts)
    ]
)


def words(text: str, start_s: float = 0.5, each_s: float = 0.3) -> tuple[Word, ...]:
    return tuple(
        Word(word, start_s + number * each_s, start_s + (number + 1) * each_s)
        for number, word in enumerate(text.split())
    )


def look(
    style: CaptionStyle = CaptionStyle.POP, position: CaptionPosition = CaptionPosition.BOTTOM
) -> CaptionLook:
    return CaptionLook(style, PALETTES["midnight"], position)


def texts(pages) -> list[list[str]]:  # type: ignore[no-untyped-def]
    return [[" ".join(word.text for word in line.words) for line in page.lines] for page in pages]


def test_pages_end_with_sentences_and_rather_after_commas() -> None:
    text = words("One two three, four five. Six seven")

    assert texts(group_words(text, look(), VERTICAL)) == [["One two three,"], ["four five."], ["Six seven"]]
    assert texts(group_words(text, look(CaptionStyle.MINIMAL), VERTICAL)) == [
        ["One two three, four five."],
        ["Six seven"],
    ]


def test_page_leaves_no_single_word_behind() -> None:
    pages = group_words(words("an and it to be or"), look(), VERTICAL)

    assert [len(page.words) for page in pages] == [4, 2]


def test_pages_follow_each_other_without_a_gap_but_go_in_a_pause() -> None:
    spoken = (*words("one two three four five six seven", 0.0), *words("after the pause", 5.0))

    pages = group_words(spoken, look(), VERTICAL)

    assert [round(page.end_s, 2) for page in pages] == [
        round(pages[1].start_s, 2),
        round(2.1 + 0.35, 2),
        round(5.9 + 0.35, 2),
    ]
    assert pages[2].start_s == 5.0


def test_one_word_style_shows_one_word_at_a_time() -> None:
    assert texts(group_words(words("one two three"), look(CaptionStyle.ONE_WORD), VERTICAL)) == [
        ["one"],
        ["two"],
        ["three"],
    ]


@given(spoken, st.sampled_from(CaptionStyle), st.sampled_from(FormatName))
@settings(max_examples=60, deadline=None)
def test_pages_hold_every_word_once_in_order_and_never_overlap(
    spoken: list[Word], style: CaptionStyle, name: FormatName
) -> None:
    pages = group_words(spoken, look(style), FRAME_SIZES[name])

    shown = "".join(word.text for page in pages for word in page.words)
    assert shown == "".join(drawable(word.text) for word in spoken)
    assert all(before.end_s <= after.start_s + 1e-9 for before, after in pairwise(pages))
    assert all(page.start_s <= page.end_s for page in pages)


@pytest.mark.parametrize("name", list(FormatName))
@pytest.mark.parametrize("style", list(CaptionStyle))
@pytest.mark.parametrize("position", list(CaptionPosition))
def test_words_stay_inside_the_safe_area(
    name: FormatName, style: CaptionStyle, position: CaptionPosition
) -> None:
    frame = FRAME_SIZES[name]
    safe = safe_area(frame)
    text = SPEECHES["latin"] + " Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen is a word."
    measure = measure_for(words(text), TYPES[style], 1.0, frame)
    for page in group_words(words(text), look(style, position), frame):
        sized = type(measure)(measure.type, page.em, measure.width, measure.japanese, measure.right_to_left)
        for word in place(page.lines, sized, frame, position):
            assert word.x - word.width / 2 >= frame.width * safe.side
            assert word.x + word.width / 2 <= frame.width * (1 - safe.side)
            assert word.baseline - page.em >= frame.height * safe.top * 0.99
            assert word.baseline <= frame.height * (1 - safe.bottom) + 1


@pytest.mark.parametrize("text", SPEECHES.values(), ids=SPEECHES.keys())
@pytest.mark.parametrize("style", list(CaptionStyle))
def test_something_is_shown_in_every_frame_from_the_first_word_on(text: str, style: CaptionStyle) -> None:
    events = caption_events(words(text), look(style), VERTICAL, 30)

    seen = {frame for event in events for frame in range(event.first, event.last)}
    assert seen == set(range(15, max(event.last for event in events)))


@pytest.mark.parametrize("text", SPEECHES.values(), ids=SPEECHES.keys())
@pytest.mark.parametrize(
    ("style", "mark"),
    [
        (CaptionStyle.POP, "fscx92"),
        (CaptionStyle.BOLD_BOX, "p1}"),
        (CaptionStyle.REVEAL, "alpha&HFF&"),
    ],
)
def test_each_frame_marks_one_spoken_word(text: str, style: CaptionStyle, mark: str) -> None:
    """The marked pieces follow each other without a gap, one for each word."""
    marked = [event for event in caption_events(words(text), look(style), VERTICAL, 30) if mark in event.text]

    assert len(marked) == len(text.split())
    assert marked[0].first == 15
    assert all(before.last == after.first for before, after in pairwise(marked))


def test_karaoke_fills_each_word_from_its_own_start() -> None:
    events = caption_events(words("one two three"), look(CaptionStyle.KARAOKE), VERTICAL, 30)

    timed = [re.search(r"\\k(\d+)\\kf(\d+)", event.text) for event in events]
    assert [(int(one[1]), int(one[2])) for one in timed if one] == [(0, 30), (30, 30), (60, 63)]


@given(spoken, st.sampled_from(CaptionStyle))
@settings(max_examples=40, deadline=None)
def test_no_text_becomes_an_ass_command(spoken: list[Word], style: CaptionStyle) -> None:
    """What remains of each line without our own tags is a word, letter by letter."""
    wanted = {word.text for page in group_words(spoken, look(style), VERTICAL) for word in page.words}
    document = ass_document(spoken, look(style), VERTICAL)

    lines = document.split("[Events]\n", 1)[1].split("\n")[1:-1]
    assert all(line.startswith("Dialogue: ") for line in lines)
    bodies = [line.split(",,0,0,0,,", 1)[1] for line in lines if "\\p1}" not in line]
    shown = {re.sub(r"(?<!\\)\{\\.*?(?<!\\)\}", "", body) for body in bodies}
    assert {
        text.replace("\\{", "{").replace("\\}", "}").replace("\\\u2060", "\\") for text in shown
    } <= wanted


def test_braces_and_backslashes_are_shown_and_pictographs_left_out() -> None:
    document = ass_document(
        [Word("{\\b1}a\\Nb", 0, 1), Word("ok👍🏽", 1, 2), Word("😀", 2, 3)], look(), VERTICAL
    )

    assert "\\{\\\u2060b1\\}a\\\u2060Nb" in document
    assert "}ok\n" in document
    assert "😀" not in document


def test_word_with_a_line_break_stays_on_one_line_of_the_document() -> None:
    document = ass_document([Word("a\nDialogue: b\r\n", 0, 1)], look(), VERTICAL)

    assert document.count("\nDialogue:") == 1
    assert "}a Dialogue: b\n" in document


def test_arabic_stands_from_right_to_left_with_latin_words_inside() -> None:
    spoken = words(SPEECHES["arabic"])

    visual = [word.text for word in visual_order(spoken[6:10], right_to_left=True)]

    assert visual == ["والتقنية", "Showrunner", "2026", "عن"]
    pages = group_words(spoken, look(), VERTICAL)
    measure = measure_for(spoken, TYPES[CaptionStyle.POP], 1.0, VERTICAL)
    first = place(pages[0].lines, measure, VERTICAL, CaptionPosition.BOTTOM)
    assert first[0].x > first[1].x


@pytest.mark.parametrize(
    ("script", "face"),
    [
        ("latin", "Montserrat"),
        ("arabic", "Noto Sans Arabic"),
        ("hebrew", "Noto Sans Hebrew"),
        ("chinese", "Noto Sans SC"),
        ("japanese", "Noto Sans JP"),
        ("korean", "Noto Sans KR"),
        ("devanagari", "Noto Sans Devanagari"),
        ("thai", "Noto Sans Thai"),
        ("cyrillic", "Montserrat"),
    ],
)
def test_each_script_has_its_face(script: str, face: str) -> None:
    assert face in faces_of(words(SPEECHES[script]), look())


@pytest.mark.spec("GEN-08")
@pytest.mark.parametrize(
    "script", ["latin", "arabic", "hebrew", "chinese", "japanese", "korean", "devanagari", "thai"]
)
def test_script_is_drawn_with_its_own_letters(script: str, tmp_path: Path) -> None:
    """libass names the font of every glyph it had to look for elsewhere, or could not find at all."""
    frame = FrameSize(360, 640)
    (tmp_path / "c.ass").write_text(
        ass_document(words(SPEECHES[script], 0.0, 0.2), look(), frame), encoding="utf-8"
    )
    (tmp_path / "fonts").mkdir()
    for face in faces_of(words(SPEECHES[script]), look()):
        (tmp_path / "fonts" / font_file(face).name).symlink_to(font_file(face))
    (tmp_path / "fonts.conf").write_text("<fontconfig></fontconfig>")

    done = subprocess.run(
        [
            ffmpeg_path(),
            "-v",
            "verbose",
            "-nostats",
            "-f",
            "lavfi",
            "-i",
            f"color=black:s={frame}:r=5:d=2",
            "-vf",
            "ass=c.ass:fontsdir=fonts",
            "-f",
            "rawvideo",
            "-pix_fmt",
            "gray",
            "-",
        ],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        env={"FONTCONFIG_FILE": str(tmp_path / "fonts.conf")},
    )

    said = done.stderr.decode()
    assert "fontselect: " in said
    assert not re.search(r"Glyph 0x\w+ not found|failed to find any fallback|Error opening", said)
    pixels = np.frombuffer(done.stdout, np.uint8).reshape(-1, frame.height, frame.width)
    assert (pixels[5] > 200).sum() > 300


@pytest.mark.spec("GEN-08")
def test_every_style_looks_different_and_marks_the_spoken_word(tmp_path: Path) -> None:
    frame = FrameSize(360, 640)
    seen: dict[CaptionStyle, bytes] = {}
    for style in CaptionStyle:
        (tmp_path / "c.ass").write_text(ass_document(words("one two three", 0.0, 0.5), look(style), frame))
        done = subprocess.run(
            [
                ffmpeg_path(),
                "-v",
                "error",
                "-f",
                "lavfi",
                "-i",
                f"color=gray:s={frame}:r=4:d=1.5",
                "-vf",
                f"ass=c.ass:fontsdir={font_file('Montserrat').parent}",
                "-f",
                "rawvideo",
                "-pix_fmt",
                "rgb24",
                "-",
            ],
            cwd=tmp_path,
            check=True,
            stdout=subprocess.PIPE,
        )
        pixels = np.frombuffer(done.stdout, np.uint8).reshape(-1, frame.height, frame.width, 3).astype(int)
        assert np.abs(pixels[1] - pixels[3]).mean() > 0.02  # another word is spoken
        seen[style] = pixels[3].tobytes()

    assert len(set(seen.values())) == len(CaptionStyle) == 6


def test_window_holds_only_what_is_seen_in_it_and_changes_nothing_else() -> None:
    events = caption_events(words(SPEECHES["latin"]), look(), VERTICAL, 30)

    cut = within(events, (40, 60))

    assert set(cut) < set(events)
    assert all(event.first < 60 and event.last > 40 for event in cut)
    everything = ass_document(words(SPEECHES["latin"]), look(), VERTICAL).splitlines()
    part = ass_document(words(SPEECHES["latin"]), look(), VERTICAL, window=(40, 60)).splitlines()
    assert [line for line in everything if line in part] == part


def test_times_stand_half_a_frame_before_their_frame() -> None:
    document = ass_document([Word("a", 0.5, 1.0)], look(), VERTICAL)

    assert "Dialogue: 1,0:00:00.48,0:00:01.32," in document


def test_title_takes_the_top_or_makes_room_for_captions_there() -> None:
    top = title_events("A title", 2.0, look(), VERTICAL, 30)
    middle = title_events("A title", 2.0, look(position=CaptionPosition.TOP), VERTICAL, 30)

    def height(events) -> float:  # type: ignore[no-untyped-def]
        return float(re.search(r"\\pos\([\d.]+,([\d.]+)\)", events[1].text)[1])  # type: ignore[index]

    assert {(event.first, event.last) for event in top + middle} == {(0, 60)}
    assert height(top) < VERTICAL.height * 0.3 < height(middle) < VERTICAL.height * 0.6
    assert title_events("😀 \n", 2.0, look(), VERTICAL, 30) == ()


def test_srt_has_numbered_cues_of_two_lines_with_times() -> None:
    assert srt(words("Hello there. How are you?"), max_chars=12) == (
        "1\n00:00:00,500 --> 00:00:01,100\nHello there.\n\n2\n00:00:01,100 --> 00:00:02,300\nHow are you?\n\n"
    )


def test_vtt_escapes_what_would_be_a_tag() -> None:
    assert vtt([Word("a<b>", 0, 1), Word("&", 1, 2), Word("-->", 2, 3)]) == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:03.300\na&lt;b&gt; &amp; --&gt;\n\n"
    )


def test_chinese_cues_are_written_without_spaces_in_lines_of_half_as_many_letters() -> None:
    text = srt(words("你好， 欢迎 来到 这个 新 视频"), max_chars=12)

    assert [line for line in text.split("\n") if line and not line[0].isdigit()] == [
        "你好，欢迎",
        "来到这个新",
        "视频",
    ]


@pytest.mark.spec("GEN-08")
@given(spoken)
@settings(max_examples=80, deadline=None)
def test_caption_files_hold_every_word_in_order_in_cues_that_do_not_overlap(spoken: list[Word]) -> None:
    pattern = re.compile(r"(\d+):(\d\d):(\d\d),(\d{3}) --> (\d+):(\d\d):(\d\d),(\d{3})")
    shown, latest = "", 0
    for number, cue in enumerate(srt(spoken).split("\n\n")[:-1], 1):
        first, times, *lines = cue.split("\n")
        found = [int(part) for part in pattern.fullmatch(times).groups()]  # type: ignore[union-attr]
        start, end = (
            ((found[n] * 60 + found[n + 1]) * 60 + found[n + 2]) * 1000 + found[n + 3] for n in (0, 4)
        )
        assert (first, len(lines) in (1, 2), latest <= start <= end) == (str(number), True, True)
        shown, latest = shown + "".join(lines), end

    assert "".join(shown.split()).replace("--\u2060>", "-->") == "".join(
        "".join(word.text.split()) for word in spoken
    )
