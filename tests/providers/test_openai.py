"""OpenAI against a real server with the documented bodies (PRV-01)."""

import base64
import io
from decimal import Decimal
from pathlib import Path

import pytest
from PIL import Image

from apps.core import http
from apps.media import ffmpeg
from apps.media.captions import Word
from apps.media.ffmpeg import Output
from apps.media.probe import probe
from apps.providers.capabilities import (
    ModerationRequest,
    Reason,
    Transcript,
    TranscriptionRequest,
    Verdict,
    VisualRequest,
    VoiceRequest,
)
from apps.providers.errors import NotCovered, ProviderError
from apps.providers.openai.moderation import OpenAIModeration
from apps.providers.openai.picture import OpenAIVisual
from apps.providers.openai.provider import check
from apps.providers.openai.script import OpenAIScript
from apps.providers.openai.transcription import MAX_BYTES, OpenAITranscription
from apps.providers.openai.voice import OpenAIVoice
from tests.core.http_loopback import cut_short, html, nothing, status
from tests.providers.conftest import SECRET
from tests.providers.language import REQUEST, SCRIPT
from tests.providers.test_openai_compatible import said

TEXT = "Hello there, world."
SOUND = Path(__file__)  # its bytes are only passed on
SCENE = VisualRequest("A quiet harbour", ("harbour", "dawn"), "en", "portrait", 4.0, aesthetic="film grain")


@pytest.fixture(scope="module")
def wav(tmp_path_factory) -> bytes:
    """Two seconds of a real WAV file."""
    path = tmp_path_factory.mktemp("openai") / "a.wav"
    ffmpeg.run(["-f", "lavfi", "-t", "2", "-i", "sine=f=300:r=24000"], [Output(path)])
    return path.read_bytes()


@pytest.fixture(scope="module")
def drawn() -> dict:
    """The documented body of an answer with one small real picture."""
    file = io.BytesIO()
    Image.new("RGB", (64, 96), "teal").save(file, "JPEG")
    picture = {"b64_json": base64.b64encode(file.getvalue()).decode()}
    return {"created": 1, "data": [picture], "usage": {"input_tokens": 30, "output_tokens": 1500}}


@pytest.fixture
def ask(server, keyed):
    """Let one of the adapters ask for the server's answers."""

    def run(kind: str, *answers, request=None, **options):
        path, adapter, usual = KINDS[kind]
        server.on("POST", path, *answers)
        return adapter.run(request or usual, keyed("/v1", **options))

    return run


KINDS = {
    "script": ("/v1/chat/completions", OpenAIScript(), REQUEST),
    "voice": ("/v1/audio/speech", OpenAIVoice(), VoiceRequest(TEXT, "en")),
    "visual": ("/v1/images/generations", OpenAIVisual(), SCENE),
    "moderation": ("/v1/moderations", OpenAIModeration(), ModerationRequest("A quiet harbour.")),
    "transcription": ("/v1/audio/transcriptions", OpenAITranscription(), TranscriptionRequest(SOUND, 3.2)),
}


@pytest.mark.spec("PRV-01")
def test_a_script_comes_by_the_chat_that_compatible_addresses_have(server, ask):
    done = ask("script", said(SCRIPT))
    assert (done.answer.title, done.model) == ("The night Ålesund burned", "gpt-4.1-mini")
    assert done.cost.amount == Decimal("0.001200")
    assert server.asked[0].headers["authorization"] == f"Bearer {SECRET}"


@pytest.mark.spec("PRV-01")
def test_speech_has_no_times(server, ask, wav, tmp_path):
    done = ask("voice", status(200, wav, Content_Type="audio/wav"))
    speech = done.answer
    facts = probe(speech.path)
    assert facts.audio is not None
    assert (facts.audio.sample_rate, facts.audio.channels) == (48_000, 1)
    assert speech.duration_s == pytest.approx(2.0, abs=0.1)
    assert (speech.words, speech.voice, speech.language) == ((), "alloy", "en")
    assert [path.name for path in tmp_path.iterdir()] == ["narration.wav"]
    assert server.asked[0].json() == {
        "model": "gpt-4o-mini-tts",
        "input": TEXT,
        "voice": "alloy",
        "response_format": "wav",
    }
    assert (done.model, done.cost.amount) == ("gpt-4o-mini-tts", Decimal("0.000285"))
    assert dict(done.cost.units) == {"characters": 19}


@pytest.mark.parametrize(
    ("voice", "options", "used"),
    [("nova", {"voice": "ash"}, "nova"), ("female", {"voice": "ash"}, "ash"), ("joe", {}, "alloy")],
)
def test_the_voice_is_the_requests_or_the_keys(voice, options, used, server, ask, wav):
    request = VoiceRequest(TEXT, "en", voice, speed=9)
    assert ask("voice", status(200, wav), request=request, **options).answer.voice == used
    assert (server.asked[0].json()["voice"], server.asked[0].json()["speed"]) == (used, 4.0)


def test_what_cannot_be_spoken_is_not_sent(server, ask):
    with pytest.raises(NotCovered, match="at most 4,096 characters"):
        ask("voice", status(200), request=VoiceRequest("word " * 1000, "en"))
    assert ask("voice", status(200), request=VoiceRequest("🚀", "en")).answer.silent
    assert server.asked == []


@pytest.mark.spec("PRV-01")
def test_a_picture_is_drawn_in_the_shape_of_the_video(server, ask, drawn):
    done = ask("visual", status(200, drawn))
    visual = done.answer
    assert (visual.kind, visual.credit) == ("still", "Made with gpt-image-2")
    with Image.open(visual.path) as picture:
        assert picture.size == (64, 96)
    body = server.asked[0].json()
    assert (body["size"], body["n"], body["output_format"]) == ("1024x1536", 1, "jpeg")
    for part in ("A quiet harbour", "harbour, dawn", "film grain", "No text"):
        assert part in body["prompt"]
    assert (done.cost.amount, dict(done.cost.units)) == (Decimal("0.060000"), {"pictures": 1})
    assert ask("visual", status(200, drawn), image_price="0.2").cost.amount == Decimal("0.200000")


def test_nothing_to_draw_is_left_to_others(server, ask):
    with pytest.raises(NotCovered, match="Describe the scene"):
        ask("visual", status(200), request=VisualRequest(" ", (), "en", "square", 4.0))
    assert server.asked == []


@pytest.mark.parametrize("packed", ["@@", base64.b64encode(b"no picture").decode()])
def test_a_picture_that_is_none_leaves_nothing(packed, ask, tmp_path):
    with pytest.raises(http.Rejected):
        ask("visual", status(200, {"data": [{"b64_json": packed}]}))
    assert list(tmp_path.iterdir()) == []


def judged(flagged: bool, **categories: bool):
    named = {name.replace("_", "/"): yes for name, yes in categories.items()}
    results = [{"flagged": flagged, "categories": named, "category_scores": {}}]
    return status(200, {"id": "modr-1", "model": "omni-moderation-latest", "results": results})


@pytest.mark.spec("PRV-01")
def test_text_that_is_flagged_is_not_allowed(server, ask):
    request = ModerationRequest("They ought to be driven out.")
    verdict = ask("moderation", judged(True, hate=True, hate_threatening=True, sexual=False), request=request)
    reason = Reason("hate", (), "It insults people for what they are, or calls for harm to them.")
    assert verdict.answer == Verdict(False, (reason,), ("text",))
    assert verdict.cost.amount == 0
    assert server.asked[0].json() == {
        "model": "omni-moderation-latest",
        "input": [{"type": "text", "text": "They ought to be driven out."}],
    }


def test_what_is_not_flagged_is_allowed(ask):
    assert ask("moderation", judged(False, hate=False)).answer == Verdict(True, (), ("text",))


def test_the_teams_own_words_are_found_as_well(ask):
    request = ModerationRequest("News of Globex.", blocked_terms=("globex",))
    verdict = ask("moderation", judged(False), request=request).answer
    assert [(reason.category, reason.found) for reason in verdict.reasons] == [("blocked", ("globex",))]


def test_an_image_is_looked_at(server, ask, tmp_path):
    image = tmp_path / "a.png"
    Image.new("RGB", (4, 4)).save(image)
    request = ModerationRequest("A town.", image)
    verdict = ask("moderation", judged(True, violence_graphic=True), request=request).answer
    assert (verdict.allowed, verdict.checked) == (False, ("text", "image"))
    address = server.asked[0].json()["input"][1]["image_url"]["url"]
    assert address == f"data:image/png;base64,{base64.b64encode(image.read_bytes()).decode()}"


def heard(text: str, *words: tuple[str, float, float], language: str = "english"):
    rows = [{"word": word, "start": start, "end": end} for word, start, end in words]
    return status(
        200, {"task": "transcribe", "language": language, "duration": 3.2, "text": text, "words": rows}
    )


@pytest.mark.spec("PRV-01")
@pytest.mark.spec("LIB-07")
def test_speech_is_written_down_with_its_signs_and_times(server, ask):
    answer = heard("“Hello,” she said.", ("Hello", 0.2, 0.7), ("she", 0.7, 0.9), ("said", 0.9, 4.0))
    done = ask("transcription", answer)
    words = (Word("“Hello,”", 0.2, 0.7), Word("she", 0.7, 0.9), Word("said.", 0.9, 3.2))
    assert done.answer == Transcript(words, "en")
    assert (done.model, done.cost.amount, dict(done.cost.units)) == (
        "whisper-1",
        Decimal("0.000400"),
        {"seconds": 4},
    )
    sent = server.asked[0].body
    for name, value in {
        "model": b"whisper-1",
        "response_format": b"verbose_json",
        "timestamp_granularities[]": b"word",
    }.items():
        assert f'name="{name}"\r\n\r\n'.encode() + value + b"\r\n" in sent
    fields, _, file = sent.partition(b'name="file"; filename="speech.py"')
    assert b'name="language"' not in fields
    assert SOUND.read_bytes() in file


def test_the_spoken_language_is_said_where_it_is_known(server, ask):
    request = TranscriptionRequest(SOUND, 3.2, "pt-BR")
    answer = heard("Bom dia", ("Bom", 0, 1), ("dia", 1, 2), language="galician")
    done = ask("transcription", answer, request=request, transcription_price="0.6")
    assert (done.answer.language, done.cost.amount) == ("pt", Decimal("0.040000"))
    assert b'name="language"\r\n\r\npt\r\n' in server.asked[0].body


@pytest.mark.parametrize(
    ("language", "text", "code"),
    [("chinese", "你好", "zh"), ("de", "Guten Tag", "de"), ("", "Добрый день", "ru")],
)
def test_the_language_that_was_heard_is_known_by_its_code(language, text, code, ask):
    done = ask("transcription", heard(text, (text, 0.0, 1.0), language=language))
    assert (done.answer.language, [word.text for word in done.answer.words]) == (code, [text])


def test_silence_is_no_fault(ask):
    assert ask("transcription", heard("")).answer == Transcript((), "")


def test_what_it_cannot_write_down_is_left_to_others(server, ask, tmp_path):
    large = tmp_path / "large.m4a"
    with large.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(NotCovered, match="at most 25 MB"):
        ask("transcription", heard(""), request=TranscriptionRequest(large, 9.0))
    assert server.asked == []
    with pytest.raises(NotCovered, match="no times of words"):
        ask("transcription", status(200, {"text": "Hello."}))


def fault(code: int, kind: str, **headers: str):
    return status(code, {"error": {"message": "No.", "type": "x", "param": None, "code": kind}}, **headers)


LIMITED = fault(429, "rate_limit_exceeded", Retry_After="7")
FAULTS = [
    (fault(401, "invalid_api_key"), http.AuthExpired),
    (fault(403, "unsupported_country"), http.Rejected),
    (fault(404, "model_not_found"), http.Rejected),
    (LIMITED, http.RateLimited),
    (fault(429, "insufficient_quota"), http.QuotaExceeded),
    (fault(500, "server_error"), http.Unavailable),
    (status(503), http.Unavailable),
    (status(200, {"no": "answer"}), http.Rejected),
    (nothing, http.Unavailable),
    (cut_short, http.Unavailable),
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("answer", "error"), FAULTS)
def test_each_fault_becomes_its_error(answer, error, kind, ask):
    with pytest.raises(http.OutsideError) as caught:
        ask(kind, answer)
    assert type(caught.value) is error
    assert SECRET not in f"{caught.value} {caught.value.detail}"


@pytest.mark.parametrize("kind", ["visual", "moderation"])
def test_what_is_no_json_is_a_fault_over_there(kind, ask):
    with pytest.raises(http.Unavailable):
        ask(kind, html("<html>"))


@pytest.mark.parametrize("kind", KINDS)
def test_the_wait_of_a_limit_is_passed_on(kind, ask):
    with pytest.raises(http.RateLimited) as caught:
        ask(kind, LIMITED)
    assert caught.value.retry_after_s == 7


def listed(server, *names: str) -> None:
    rows = [{"id": name, "object": "model"} for name in names]
    server.on("GET", "/v1/models", status(200, {"object": "list", "data": rows}))


def test_check_lists_the_models_and_the_voices(server, keyed):
    listed(server, "gpt-4.1-mini", "gpt-4o-mini-tts", "gpt-image-2", "whisper-1")
    facts = check(keyed("/v1").credentials)
    assert facts.sentence == "The key works. gpt-4.1-mini is ready."
    assert facts.facts["models"] == ["gpt-4.1-mini", "gpt-4o-mini-tts", "gpt-image-2", "whisper-1"]
    assert facts.facts["voices"][0] == {"id": "alloy", "name": "Alloy", "gender": "", "language": ""}


def test_check_tells_of_a_model_that_was_retired(server, keyed):
    listed(server, "gpt-4.1-mini", "gpt-image-2", "whisper-1")
    told = "The key works. gpt-4.1-mini is ready. There is no gpt-4o-mini-tts for voices: name another."
    assert check(keyed("/v1").credentials).sentence == told


def test_check_says_when_the_model_for_scripts_is_not_there(server, keyed):
    listed(server, "gpt-4.1-mini")
    with pytest.raises(ProviderError) as caught:
        check(keyed("/v1", model="gpt-9").credentials)
    assert caught.value.field == "model"


def test_check_of_a_wrong_key_fails(server, keyed):
    server.on("GET", "/v1/models", fault(401, "invalid_api_key"))
    with pytest.raises(http.AuthExpired):
        check(keyed("/v1").credentials)
