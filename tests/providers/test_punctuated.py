"""Heard words get back the signs that stand beside them in the text."""

import pytest

from apps.media.captions import Word
from apps.providers.words import punctuated


def bare(*texts: str) -> list[Word]:
    return [Word(text, float(place), place + 1.0) for place, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("Well, (maybe) it's 5 %.", ["Well", "maybe", "it's", "5"], ["Well,", "(maybe)", "it's", "5 %."]),
        ("¿Qué? ¡Sí!", ["Qué", "Sí"], ["¿Qué?", "¡Sí!"]),
        ("one — two", ["one", "two"], ["one", "— two"]),
        ("你好。世界！", ["你好", "世界"], ["你好。", "世界！"]),
        ("and and and", ["and", "and", "and"], ["and", "and", "and"]),
        ("Something else.", ["Nothing", "here"], ["Nothing", "here"]),
        ("", [], []),
    ],
)
def test_signs_are_with_their_words(text: str, words: list[str], expected: list[str]) -> None:
    found = punctuated(text, bare(*words))
    assert [word.text for word in found] == expected
    assert [(word.start_s, word.end_s) for word in found] == [(n, n + 1.0) for n in range(len(words))]
