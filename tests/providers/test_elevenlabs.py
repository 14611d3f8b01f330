"""ElevenLabs against a real server with the documented bodies (PRV-01)."""

import base64
from decimal import Decimal

import pytest

from apps.core import http
from apps.media import ffmpeg
from apps.media.ffmpeg import Output
from apps.media.probe import probe
from apps.providers.capabilities import VoiceRequest
from apps.providers.elevenlabs.provider import check
from apps.providers.elevenlabs.voice import DEFAULT_VOICE, ElevenLabsVoice
from tests.core.http_loopback import cut_short, html, nothing, status
from tests.providers.conftest import SECRET

TEXT = "Hello there, world 🚀."
PATH = f"/v1/text-to-speech/{DEFAULT_VOICE}/with-timestamps"
STEP_S = 0.1


@pytest.fixture(scope="module")
def mp3(tmp_path_factory) -> bytes:
    """Three seconds of a real MP3 file."""
    path = tmp_path_factory.mktemp("eleven") / "a.mp3"
    ffmpeg.run(["-f", "lavfi", "-t", "3", "-i", "sine=f=300:r=44100"], [Output(path, ("-b:a", "128k"))])
    return path.read_bytes()


def spoken(mp3: bytes, text: str = TEXT, **more):
    times = [place * STEP_S for place in range(len(text))]
    alignment = {
        "characters": list(text),
        "character_start_times_seconds": times,
        "character_end_times_seconds": [time + STEP_S for time in times],
    }
    body = {
        "audio_base64": base64.b64encode(mp3).decode(),
        "alignment": alignment,
        "normalized_alignment": alignment,
    }
    return status(200, {**body, **more})


@pytest.fixture
def speak(server, keyed):
    def ask(*answers, text=TEXT, voice="", speed=1.0, **options):
        server.on("POST", PATH, *answers)
        return ElevenLabsVoice().run(VoiceRequest(text, "en", voice, speed), keyed(**options))

    return ask


@pytest.mark.spec("PRV-01", "GEN-05")
def test_speech_has_the_times_of_the_characters_as_words(server, speak, mp3):
    done = speak(spoken(mp3))
    speech = done.answer
    assert [(word.text, word.start_s, word.end_s) for word in speech.words] == [
        ("Hello", 0.0, 0.5),
        ("there,", 0.6, 1.2),
        ("world", 1.3, 1.8),
        ("🚀.", 1.9, 2.1),
    ]
    facts = probe(speech.path)
    assert facts.audio is not None
    assert (facts.audio.sample_rate, facts.audio.channels) == (48_000, 1)
    assert speech.duration_s == pytest.approx(3.0, abs=0.1)
    assert (speech.voice, done.model) == (DEFAULT_VOICE, "eleven_multilingual_v2")
    asked = server.asked[0]
    assert asked.headers["xi-api-key"] == SECRET
    assert asked.query == {"output_format": ["mp3_44100_128"]}
    assert asked.json() == {
        "text": TEXT,
        "model_id": "eleven_multilingual_v2",
        "voice_settings": {"speed": 1.0},
    }


def test_the_cost_is_the_characters(speak, mp3, keyed):
    done = speak(spoken(mp3), price="0.30")
    assert (done.cost.amount, dict(done.cost.units)) == (Decimal("0.006300"), {"characters": 21})
    assert ElevenLabsVoice().estimate(VoiceRequest(TEXT, "en"), keyed(price="0.30").credentials) == done.cost


@pytest.mark.parametrize("speed", [(0.2, 0.7), (1.1, 1.1), (3, 1.2)])
def test_speed_is_kept_within_what_they_take(speed, server, speak, mp3):
    speak(spoken(mp3), speed=speed[0])
    assert server.asked[0].json()["voice_settings"] == {"speed": speed[1]}


def test_the_voice_is_the_requests_or_the_keys(server, keyed, mp3):
    for voice, options, used in [
        ("a" * 20, {}, "a" * 20),
        ("female", {"voice": "b" * 20}, "b" * 20),
        ("joe", {}, DEFAULT_VOICE),
    ]:
        server.on("POST", f"/v1/text-to-speech/{used}/with-timestamps", spoken(mp3))
        assert ElevenLabsVoice().run(VoiceRequest(TEXT, "en", voice), keyed(**options)).answer.voice == used


@pytest.mark.parametrize(
    "alignment",
    [None, {"characters": ["x"], "character_start_times_seconds": [0], "character_end_times_seconds": [1]}],
)
def test_without_times_for_this_text_no_words_are_claimed(alignment, speak, mp3):
    assert speak(spoken(mp3, alignment=alignment)).answer.words == ()


def test_signs_alone_are_not_sent(server, keyed):
    done = ElevenLabsVoice().run(VoiceRequest("🚀 !", "en"), keyed())
    assert (done.answer.silent, server.asked) == (True, [])


FAULTS = [
    (status(401, {"detail": {"status": "invalid_api_key", "message": "Invalid API key"}}), http.AuthExpired),
    (
        status(401, {"detail": {"status": "quota_exceeded", "message": "0 credits remaining"}}),
        http.QuotaExceeded,
    ),
    (status(401, {"detail": {"status": "missing_permissions", "message": "text_to_speech"}}), http.Rejected),
    (status(403, {"detail": {"status": "forbidden", "message": "no"}}), http.Rejected),
    (status(404, {"detail": {"status": "voice_not_found", "message": "no voice"}}), http.Rejected),
    (
        status(422, {"detail": [{"loc": ["body", "text"], "msg": "too long", "type": "value_error"}]}),
        http.Rejected,
    ),
    (
        status(429, {"detail": {"status": "too_many_concurrent_requests", "message": "busy"}}),
        http.RateLimited,
    ),
    (status(500), http.Unavailable),
    (status(503), http.Unavailable),
    (html("<html>"), http.Unavailable),
    (status(200, {"audio": "x"}), http.Rejected),
    (status(200, {"audio_base64": "@@not base64@@"}), http.Rejected),
    (nothing, http.Unavailable),
    (cut_short, http.Unavailable),
]


@pytest.mark.parametrize(("answer", "kind"), FAULTS)
def test_each_fault_becomes_its_error(answer, kind, speak):
    with pytest.raises(http.OutsideError) as caught:
        speak(answer)
    assert type(caught.value) is kind
    assert SECRET not in f"{caught.value} {caught.value.detail}"


def test_sound_that_is_none_is_rejected(speak):
    with pytest.raises(http.Rejected, match="sound that cannot be read"):
        speak(status(200, {"audio_base64": base64.b64encode(b"not a sound").decode()}))


def test_check_reads_what_is_left_and_the_voices(server, keyed):
    server.on(
        "GET", "/v1/user", status(200, {"subscription": {"character_count": 400, "character_limit": 10_000}})
    )
    row = {"voice_id": "abc", "name": "Rachel", "labels": {"gender": "female", "language": "en"}}
    server.on("GET", "/v2/voices", status(200, {"voices": [row, {"name": "no id"}]}))
    facts = check(keyed().credentials)
    assert facts.sentence == "The key works. 9,600 characters are left this month."
    assert facts.facts == {
        "voices": [{"id": "abc", "name": "Rachel", "gender": "female", "language": "en"}],
        "characters_left": 9600,
    }


def test_check_of_a_restricted_key_reads_the_models(server, keyed):
    server.on(
        "GET", "/v1/user", status(401, {"detail": {"status": "missing_permissions", "message": "user_read"}})
    )
    server.on("GET", "/v1/models", status(200, []))
    assert check(keyed().credentials).sentence.startswith("The key works.")


def test_check_of_a_wrong_key_fails(server, keyed):
    server.on(
        "GET",
        "/v1/user",
        status(401, {"detail": {"status": "invalid_api_key", "message": "Invalid API key"}}),
    )
    with pytest.raises(http.AuthExpired):
        check(keyed().credentials)
