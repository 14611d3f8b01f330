"""The built-in voices: real Piper and real eSpeak NG, each written word with its time (GEN-05, PRV-05)."""

import wave
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.media.captions import Word
from apps.media.errors import FFmpegCancelled
from apps.providers.adapters import Work
from apps.providers.builtin.alignment import align, shared_out, words_by_weight, words_in_time
from apps.providers.builtin.speakable import spoken_forms
from apps.providers.builtin.voice import ESPEAK_LANGUAGES, BuiltinVoice, voices
from apps.providers.capabilities import Speech, VoiceRequest
from apps.providers.errors import NotCovered
from apps.providers.words import narration_words

ENGLISH = (
    "Remarkably, only one person died in 1904: an elderly woman — 🚀 who had gone back to fetch her purse. "
    "Dr. O'Neil paid $3.5 million of the U.S. budget! Why?"
)


def speak(work: Work, text: str, language: str = "en", **more) -> Speech:
    speech = BuiltinVoice().run(VoiceRequest(text, language, **more), work).answer
    assert isinstance(speech, Speech)
    return speech


def samples(speech: Speech) -> tuple[np.ndarray, wave._wave_params]:
    with wave.open(str(speech.path), "rb") as sound:
        return np.frombuffer(sound.readframes(sound.getnframes()), dtype=np.int16), sound.getparams()


def assert_in_time(speech: Speech, text: str) -> None:
    assert tuple(word.text for word in speech.words) == narration_words(text)
    at = 0.0
    for word in speech.words:
        assert at <= word.start_s <= word.end_s <= speech.duration_s
        at = word.end_s


@pytest.fixture(scope="module")
def spoken(tmp_path_factory) -> Speech:
    return speak(Work(tmp_path_factory.mktemp("voice")), ENGLISH)


@pytest.mark.spec("GEN-05", "PRV-05")
def test_each_written_word_has_its_time_in_order_within_the_sound(spoken):
    assert spoken.voice == "joe"
    assert_in_time(spoken, ENGLISH)
    assert [word.text for word in spoken.words] == ENGLISH.split()


def test_narration_is_48_khz_mono_at_one_loudness(spoken):
    sound, params = samples(spoken)
    assert (params.framerate, params.nchannels, params.sampwidth) == (48_000, 1, 2)
    assert len(sound) / 48_000 == pytest.approx(spoken.duration_s)
    loud = sound.astype(float) / 32768
    assert 0.03 < np.sqrt(np.mean(loud**2)) < 0.2
    assert np.abs(loud).max() <= 10 ** (-1.0 / 20)


def test_words_are_loud_where_they_are_said_to_be_and_pauses_quiet(spoken):
    sound, _ = samples(spoken)
    level = np.abs(sound.astype(float))
    words = {word.text: word for word in spoken.words}

    def mean(start_s: float, end_s: float) -> float:
        return float(level[int(start_s * 48_000) : int(end_s * 48_000)].mean())

    for text in ("only", "person", "elderly", "woman", "fetch", "million"):
        assert mean(words[text].start_s, words[text].end_s) > 500
    pause = mean(words["purse."].end_s + 0.1, words["Dr."].start_s - 0.1)
    assert pause < 100
    assert words["Dr."].start_s - words["purse."].end_s > 0.25


def test_signs_take_only_the_pause_they_stand_in(spoken):
    words = {word.text: word for word in spoken.words}
    assert words["woman"].end_s <= words["—"].start_s <= words["🚀"].end_s <= words["who"].start_s


def test_speed_changes_the_length(work):
    text = "The harbour was quiet before the first ferry came in."
    slow, fast = (speak(work, text, speed=speed).duration_s for speed in (0.8, 1.4))
    assert 1.3 < slow / fast < 2.1


def test_the_same_words_sound_the_same(work):
    first = samples(speak(work, "Once more, please."))[0]
    assert np.array_equal(first, samples(speak(work, "Once more, please."))[0])


SENTENCES = [
    ("de", "Heute kommen 850 Gäste, um die Häuser zu sehen."),
    ("fr", "Le port était calme avant l'arrivée du premier ferry."),
    ("es", "El puerto estaba tranquilo."),
    ("ar", "كانت الرياح قوية فنقلت النار من سطح إلى سطح."),
    ("he", "הנמל היה שקט לפני שהגיעה המעבורת."),
    ("hi", "पहली नौका आने से पहले बंदरगाह शांत था।"),
    ("ru", "Гавань была тиха до прихода парома."),
    ("ko", "항구는 조용했습니다."),
    ("zh", "令人惊讶的是，只有一个人遇难。新的规定要求市中心的房屋必须用石头。"),
    ("ja", "きょうは いい てんき です。"),
]


@pytest.mark.parametrize(("language", "text"), SENTENCES)
def test_other_languages_are_spoken_with_word_times(language, text, work):
    speech = speak(work, text, language)
    assert_in_time(speech, text)
    assert speech.language == language
    assert speech.duration_s > 1
    starts = [word.start_s for word in speech.words]
    assert len(set(starts)) == len(starts)


def test_the_language_is_found_from_the_text_when_it_is_not_given(work):
    assert speak(work, SENTENCES[0][1], "").voice == "de"


def test_a_region_and_a_gender_may_be_named(work):
    assert speak(work, "Guten Morgen.", "de-AT", voice="female, warm").voice == "de+f2"
    assert speak(work, "Good morning.", "en-GB", voice="espeak-male").voice == "en-us+m3"


@pytest.mark.parametrize(
    ("language", "text", "sentence"),
    [("xh", "Molo unjani namhlanje", "do not speak this language"), ("ja", "強い風が吹いた。", "kanji")],
)
def test_a_language_that_no_voice_covers_is_said(language, text, sentence, work):
    with pytest.raises(NotCovered, match=sentence):
        speak(work, text, language)


@pytest.mark.parametrize("text", ["🚀🎉", "— … !", "***", "🚀 🎉 ✨"])
def test_signs_alone_are_a_silent_beat(text, work):
    speech = speak(work, text)
    assert speech.silent
    assert 1 <= speech.duration_s <= 4
    assert not samples(speech)[0].any()
    assert_in_time(speech, text)


@pytest.mark.parametrize(
    "text", ["[[hello]] {x} <b>bold</b>", "`rm -rf /` $(id) ; exit", "a" * 300, "1 2 3", 'He said "no".']
)
def test_odd_texts_are_spoken_as_words(text, work):
    speech = speak(work, text, voice="espeak-female")
    assert speech.duration_s > 0.3
    assert len(speech.words) == len(narration_words(text.replace("<b>", "").replace("</b>", "")))


def test_a_long_text_is_spoken_in_pieces(work):
    text = "The town was rebuilt in stone within three years, and nobody thought much of it for decades. " * 4
    speech = speak(work, text.strip())
    assert_in_time(speech, text)
    assert speech.duration_s > 15


def test_speaking_can_be_cancelled(tmp_path):
    with pytest.raises(FFmpegCancelled):
        speak(Work(tmp_path, cancelled=lambda: True), "Never mind.")
    assert not (tmp_path / "narration.wav").exists()


def test_hostile_marks_reach_piper_as_words_only(work):
    text = "[[h@lou]] {x} `id` stop"
    speech = speak(work, text)
    assert_in_time(speech, text)


def test_voices_name_what_is_there():
    assert [voice.id for voice in voices("en")] == ["joe", "espeak-female", "espeak-male"]
    assert [voice.id for voice in voices("de")] == ["espeak-female", "espeak-male"]
    assert voices("xh") == ()
    assert "de" in ESPEAK_LANGUAGES


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("Dr. Ward paid $3.5 million, yes", ["Doctor", "Ward", "paid", "3.5", "million dollars,", "yes"]),
        ("$20 and €5.", ["20 dollars", "and", "5 euros."]),
        ("cats & dogs — 🚀 *now*", ["cats", "and", "dogs,", "", "", "now"]),
        ("“Go!” (he) [said]", ["Go!", "he", "said"]),
    ],
)
def test_what_is_said_for_what_is_written(written, spoken):
    assert spoken_forms(written.split(), "en") == spoken


def test_other_languages_are_said_as_written():
    assert spoken_forms(["$3", "Mio.", "🚀"], "de") == ["$3", "Mio.", ""]


def phonemes(*words: str) -> list[list[str]]:
    return [list(word) for word in words]


def timed(text: str) -> list[tuple[str, int, int]]:
    return [(phoneme, place * 10, place * 10 + 10) for place, phoneme in enumerate(text)]


@pytest.mark.parametrize(
    ("alone", "heard", "spans"),
    [
        (("ðə", "kæt"), "ðə kæt", [(0, 20), (30, 60)]),
        (("ʌv", "ðə"), "ʌvðə", [(0, 20), (20, 40)]),  # run together
        (("ˈoʊn", "liː"), "ˈoʊn liː", [(0, 40), (50, 80)]),  # marks belong to their sound
        (("æn", "ɛɡ"), "ən ɛɡ", [(0, 20), (30, 50)]),  # a weak form
        (("kæt", "", "dɒɡ"), "kæt, dɒɡ", [(0, 30), None, (50, 80)]),
        (("a",), "xyz", [(0, 30)]),
        (("a", "b"), "", [None, None]),
    ],
)
def test_align_gives_each_word_its_sounds(alone, heard, spans):
    assert align(phonemes(*alone), timed(heard)) == spans


@given(st.lists(st.text("aeiptkˈː", max_size=5), min_size=1, max_size=8), st.text("aeiptk ˈː,", max_size=40))
def test_align_keeps_the_order_for_any_sounds(alone, heard):
    spans = [span for span in align(phonemes(*alone), timed(heard)) if span]
    assert spans == sorted(spans)
    assert all(start < end for start, end in spans)


def test_forms_that_run_together_share_the_time():
    assert shared_out(["ab", "cd", "", "e"], [(0, 40), None, None, (50, 60)]) == [
        (0, 20),
        (20, 40),
        None,
        (50, 60),
    ]


def test_words_in_time_never_leave_the_sound():
    words = words_in_time(["a", "—", "b", "c"], [(0, 500), None, (800, 1500), (1400, 9000)], 1000, 2.0)
    assert words == (Word("a", 0.0, 0.5), Word("—", 0.5, 0.8), Word("b", 0.8, 1.5), Word("c", 1.5, 2.0))


@given(st.lists(st.text("abc.,", min_size=1, max_size=9), min_size=1, max_size=20), st.floats(0.1, 60))
def test_words_by_weight_fill_the_time_in_order(written, seconds):
    words = words_by_weight(written, 0.0, seconds)
    assert [word.text for word in words] == written
    assert words[0].start_s == 0
    assert words[-1].end_s == pytest.approx(seconds, abs=0.002)
    assert all(a.end_s == b.start_s for a, b in pairwise(words))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Two  words\nhere", ("Two", "words", "here")),
        ("新的规定要求市中心的房屋。", ("新的规", "定要求", "市中心", "的房屋。")),
        ("短い文。", ("短い文。",)),
        ("驚いたことに、亡くなったのは", ("驚いたこ", "とに、", "亡くなっ", "たのは")),
    ],
)
def test_narration_words(text, words):
    assert narration_words(text) == words
    assert "".join(words) == "".join(text.split())
