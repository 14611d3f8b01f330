"""Azure Speech against a real server with the documented bodies (PRV-01)."""

from decimal import Decimal
from xml.etree import ElementTree

import pytest

from apps.core import http
from apps.media import ffmpeg
from apps.media.ffmpeg import Output
from apps.media.probe import probe
from apps.providers.adapters import Credentials
from apps.providers.azure.provider import check
from apps.providers.azure.voice import AzureVoice, chosen_voice, client
from apps.providers.capabilities import VoiceRequest
from apps.providers.errors import NotCovered, ProviderError
from tests.core.http_loopback import cut_short, html, nothing, status
from tests.providers.conftest import SECRET

TEXT = "Fish & chips <3 “today”."
SPEAK = ("POST", "/cognitiveservices/v1")
VOICES = ("GET", "/cognitiveservices/voices/list")
NS = "{http://www.w3.org/2001/10/synthesis}"


@pytest.fixture(scope="module")
def mp3(tmp_path_factory) -> bytes:
    """Two seconds of a real MP3 file."""
    path = tmp_path_factory.mktemp("azure") / "a.mp3"
    ffmpeg.run(["-f", "lavfi", "-t", "2", "-i", "sine=f=300:r=24000"], [Output(path, ("-b:a", "48k"))])
    return path.read_bytes()


@pytest.fixture
def speak(server, keyed):
    def ask(*answers, text=TEXT, language="en", voice="", speed=1.0, **options):
        server.on(*SPEAK, *answers)
        return AzureVoice().run(VoiceRequest(text, language, voice, speed), keyed(**options))

    return ask


def sound(mp3: bytes):
    return status(200, mp3, Content_Type="audio/mpeg")


@pytest.mark.spec("PRV-01")
def test_speech_is_asked_for_in_ssml_and_has_no_times(server, speak, mp3, tmp_path):
    done = speak(sound(mp3))
    speech = done.answer
    facts = probe(speech.path)
    assert facts.audio is not None
    assert (facts.audio.sample_rate, facts.audio.channels) == (48_000, 1)
    assert speech.duration_s == pytest.approx(2.0, abs=0.1)
    assert (speech.words, speech.voice, speech.language) == ((), "en-US-JennyNeural", "en")
    assert [path.name for path in tmp_path.iterdir()] == ["narration.wav"]
    asked = server.asked[0]
    assert asked.headers["ocp-apim-subscription-key"] == SECRET
    assert asked.headers["content-type"] == "application/ssml+xml"
    assert asked.headers["x-microsoft-outputformat"] == "audio-24khz-96kbitrate-mono-mp3"
    root = ElementTree.fromstring(asked.body)
    prosody = root.find(f"{NS}voice/{NS}prosody")
    assert root.find(f"{NS}voice").attrib == {"name": "en-US-JennyNeural"}
    assert (prosody.text, prosody.attrib) == (TEXT, {"rate": "1.00"})


@pytest.mark.parametrize(("speed", "rate"), [(0.2, "0.50"), (1.15, "1.15"), (9, "2.00")])
def test_speed_is_kept_within_what_they_take(speed, rate, server, speak, mp3):
    speak(sound(mp3), speed=speed)
    assert f'<prosody rate="{rate}">' in server.asked[0].body.decode()


def test_the_cost_is_the_characters(speak, mp3, keyed):
    done = speak(sound(mp3))
    assert (done.cost.amount, dict(done.cost.units)) == (Decimal("0.000384"), {"characters": 24})
    assert AzureVoice().estimate(VoiceRequest(TEXT, "en"), keyed().credentials) == done.cost
    assert speak(sound(mp3), price="30").cost.amount == Decimal("0.000720")


@pytest.mark.parametrize(
    ("asked", "own", "language", "voice"),
    [
        ("en-GB-SoniaNeural", "de-DE-KatjaNeural", "en", "en-GB-SoniaNeural"),
        ("en-US-Ava:DragonHDLatestNeural", "", "en", "en-US-Ava:DragonHDLatestNeural"),
        ("female", "de-DE-ConradNeural", "de", "de-DE-ConradNeural"),
        ("", "de-DE-ConradNeural", "fr", "fr-FR-DeniseNeural"),
        ("", "en-US-AvaMultilingualNeural", "fr", "en-US-AvaMultilingualNeural"),
        ("a' onload='x", "", "pt", "pt-BR-FranciscaNeural"),
    ],
)
def test_the_voice_is_the_requests_the_keys_or_the_languages(asked, own, language, voice):
    assert chosen_voice(asked, own, language) == voice


def test_a_language_without_a_voice_is_left_to_others(server, speak, mp3):
    with pytest.raises(NotCovered, match="“zu”"):
        speak(sound(mp3), language="zu")
    assert server.asked == []


def test_signs_alone_are_not_sent(server, speak, mp3):
    assert (speak(sound(mp3), text="🚀 !").answer.silent, server.asked) == (True, [])


LIMITED = status(429, b"", Retry_After="7")
FAULTS = [
    (status(400), http.Rejected),
    (status(401), http.AuthExpired),
    (status(403), http.Rejected),
    (status(415), http.Rejected),
    (LIMITED, http.RateLimited),
    (status(500), http.Unavailable),
    (status(502), http.Unavailable),
    (status(503), http.Unavailable),
    (html("<html>"), http.Rejected),
    (status(200, {"no": "sound"}), http.Rejected),
    (status(200, b""), http.Rejected),
    (nothing, http.Unavailable),
    (cut_short, http.Unavailable),
]


@pytest.mark.parametrize(("answer", "kind"), FAULTS)
def test_each_fault_becomes_its_error(answer, kind, speak):
    with pytest.raises(http.OutsideError) as caught:
        speak(answer)
    assert type(caught.value) is kind
    assert SECRET not in f"{caught.value} {caught.value.detail}"


def test_the_wait_of_a_limit_is_passed_on(speak):
    with pytest.raises(http.RateLimited) as caught:
        speak(LIMITED)
    assert caught.value.retry_after_s == 7


@pytest.mark.parametrize("region", ["", "evil.com/", "west europe", "a@b", "x", "westeurope.evil.com#"])
def test_a_region_cannot_lead_elsewhere(region):
    with pytest.raises(ProviderError, match="such as westeurope") as caught:
        client(Credentials(SECRET, "", {"region": region}))
    assert caught.value.field == "region"


def test_a_region_makes_the_address():
    with client(Credentials(SECRET, "", {"region": "WestEurope"})) as service:
        assert service.base_url == "https://westeurope.tts.speech.microsoft.com"


ROW = {
    "Name": "Microsoft Server Speech Text to Speech Voice (en-US, JennyNeural)",
    "DisplayName": "Jenny", "LocalName": "Jenny", "ShortName": "en-US-JennyNeural", "Gender": "Female",
    "Locale": "en-US", "SampleRateHertz": "24000", "VoiceType": "Neural", "Status": "GA",
}  # fmt: skip


def test_check_lists_the_voices(server, keyed):
    server.on(*VOICES, status(200, [ROW]))
    facts = check(keyed(voice="en-US-JennyNeural").credentials)
    row = {"id": "en-US-JennyNeural", "name": "Jenny (en-US)", "gender": "female", "language": "en-US"}
    assert (facts.sentence, facts.facts) == ("The key works. 1 voice is ready.", {"voices": [row]})


def test_check_says_when_the_voice_is_not_there(server, keyed):
    server.on(*VOICES, status(200, [ROW]))
    with pytest.raises(ProviderError, match="no voice “en-US-Nobody”") as caught:
        check(keyed(voice="en-US-Nobody").credentials)
    assert caught.value.field == "voice"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (status(401), http.AuthExpired),
        (status(500), http.Unavailable),
        (status(200, {"voices": 1}), http.Unavailable),
        (html("<html>"), http.Unavailable),
    ],
)
def test_check_fails_as_the_call_does(answer, kind, server, keyed):
    server.on(*VOICES, answer)
    with pytest.raises(kind):
        check(keyed().credentials)
