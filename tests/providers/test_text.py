"""Text as people paste it."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.providers import text


@pytest.mark.parametrize(
    ("pasted", "cleaned"),
    [
        (
            "<p>Hello <b>world</b></p><script>alert(1)</script><p>Two &amp; three</p>",
            "Hello world\n\nTwo & three",
        ),
        ("<style>p{}</style>Hi<br>there", "Hi\nthere"),
        ("<SCRIPT SRC=//evil.example/x.js></SCRIPT>Text", "Text"),
        ("<img src=x onerror=alert(1)>Text", "Text"),
        ("<!-- hidden -->Seen", "Seen"),
        ("a < b and 3 > 2, vector<int> too", "a < b and 3 > 2, vector<int> too"),
        ("if (a<b && c>d) {}", "if (a<b && c>d) {}"),
        ("nul\x00 bell\x07 tab\tend", "nul bell tab end"),
        ("\u202eright to left\u202c \ufeffmark\u200b", "right to left mark"),
        ("one\r\ntwo\r\n\r\n\r\n\r\nthree", "one\ntwo\n\nthree"),
        ("half \ud800 pair", "half pair"),
        ("e\u0301te\u0301", "été"),
        ("👩‍👩‍👧 family", "👩‍👩‍👧 family"),
        ("   \n\t ", ""),
        ("", ""),
    ],
)
def test_clean_keeps_the_words_and_drops_the_rest(pasted, cleaned):
    assert text.clean(pasted) == cleaned


@given(st.text(max_size=300))
def test_clean_is_stable_and_leaves_no_control_character(pasted):
    once = text.clean(pasted)
    assert not any(ord(char) < 32 and char != "\n" for char in once)
    once.encode("utf-8")


@pytest.mark.parametrize(
    "pasted",
    ["<" * 200_000, "<a " * 66_000, "<div>" * 40_000 + "x", "&" * 200_000, "a<b>" * 50_000, "x\n\n" * 66_000],
)
def test_clean_of_200_000_hostile_characters_does_not_hang(pasted):
    started = time.monotonic()
    text.clean(pasted)
    assert time.monotonic() - started < 60


@pytest.mark.parametrize(
    ("language", "sample"),
    [
        ("en", "The harbour was quiet before the first ferry came in."),
        ("de", "Der Hafen war still, bevor die erste Fähre einlief."),
        ("fr", "Le port était calme avant l'arrivée du premier ferry."),
        ("es", "El puerto estaba tranquilo antes de que llegara el primer barco."),
        ("ar", "كان الميناء هادئا قبل وصول أول عبارة."),
        ("he", "הנמל היה שקט לפני שהגיעה המעבורת הראשונה."),
        ("zh", "第一班渡轮到来之前，港口很安静。"),
        ("ja", "最初のフェリーが来る前、港は静かでした。"),
        ("ru", "Гавань была тиха до прихода первого парома."),
        ("hi", "पहली नौका आने से पहले बंदरगाह शांत था।"),
        ("en", "Coffee"),
        ("en", "🚀🚀 1234"),
        ("en", ""),
    ],
)
def test_detect_language(language, sample):
    assert text.detect_language(sample) == language


@pytest.mark.parametrize(
    ("paragraph", "found"),
    [
        (
            "Dr. Ward paid $3.5 million. Why? Nobody knows!",
            ["Dr. Ward paid $3.5 million.", "Why?", "Nobody knows!"],
        ),
        ("这是第一句。这是第二句！真的吗？是的。", ["这是第一句。", "这是第二句！", "真的吗？", "是的。"]),
        ("彼は「行く。」と言った。終わり。", ["彼は「行く。」", "と言った。", "終わり。"]),
        ("مرحبا بكم. كيف حالك؟ أنا بخير.", ["مرحبا بكم.", "كيف حالك؟", "أنا بخير."]),
        ("यह पहला है। यह दूसरा है।", ["यह पहला है।", "यह दूसरा है।"]),
        ("no end", ["no end"]),
        ("", []),
    ],
)
def test_sentences_in_many_scripts(paragraph, found):
    assert text.sentences(paragraph) == found


@given(st.text(alphabet="ab c.!?。？,؟\"'é🚀", max_size=120))
def test_sentences_lose_no_word(paragraph):
    paragraph = text.clean(paragraph).replace("\n", " ")
    assert "".join(text.sentences(paragraph)).replace(" ", "") == paragraph.replace(" ", "")


def test_paragraphs_join_wrapped_lines_and_keep_headings_apart():
    pasted = "A heading\n\nThis line was wrapped\nby the mail program.\nA new one.\n\nLast"
    assert text.paragraphs(pasted) == [
        "A heading",
        "This line was wrapped by the mail program.",
        "A new one.",
        "Last",
    ]


@pytest.mark.parametrize(
    ("spoken", "count"),
    [("one two three", 3), ("don't stop", 2), ("你好世界", 2), ("3 cafés!", 2), ("🚀 — …", 0), ("สวัสดี", 3)],
)
def test_word_count(spoken, count):
    assert text.word_count(spoken) == count


def test_tokens_of_a_script_without_spaces_are_pairs():
    assert text.tokens("Don't 港口很") == ["don't", "港口", "口很"]
