"""Steps that make sound: voices, music and the mix."""

from typing import Any

from apps.creation.steps.workbench import Made, MadeFile, Workbench
from apps.creation.timeline import FPS
from apps.library.provenance import Provenance
from apps.media import sound
from apps.providers.capabilities import (
    Capability,
    Captions,
    CaptionsRequest,
    Music,
    MusicRequest,
    Speech,
    VoiceRequest,
)


def speak(bench: Workbench, params: dict[str, Any]) -> Made:
    """Speak a scene, and find the time of each word where the voice did not give it."""
    request = VoiceRequest(params["text"], params["language"], params["voice"], params["speed"])
    outcome = bench.ask(Capability.VOICE, request, params)
    speech: Speech = outcome.answer
    words, measured = speech.words, True
    if not words and not speech.silent:
        asked = CaptionsRequest(speech.path, params["text"], params["language"])
        captions: Captions = bench.ask(Capability.CAPTIONS, asked, {}).answer
        words, measured = captions.words, captions.measured
    data = {
        "duration_s": speech.duration_s,
        "words": [word.to_json() for word in words],
        "measured": measured,
        "voice": speech.voice,
    }
    origin = Provenance(provider=outcome.provider, prompt=params["text"], licence=f"voice {speech.voice}")
    files = {"audio": MadeFile(speech.path, origin)}
    return Made(data, files, provider=outcome.provider, basic=outcome.basic)


def make_music(bench: Workbench, params: dict[str, Any]) -> Made:
    if "file" in params:
        origin = Provenance(provider="upload", licence="provided by the team")
        return Made(
            {"own": True}, {"audio": MadeFile(bench.path_of(params["file"]), origin)}, provider="upload"
        )
    request = MusicRequest(
        params["mood"], params["genre"], params["tempo"], params["duration_s"], params["seed"]
    )
    outcome = bench.ask(Capability.MUSIC, request, params)
    music: Music = outcome.answer
    asked = f"{params['mood']} {params['genre']}".strip()
    origin = Provenance(provider=outcome.provider, prompt=asked, licence=music.licence, credit=music.credit)
    files = {"audio": MadeFile(music.path, origin)}
    return Made({"own": False}, files, provider=outcome.provider, basic=outcome.basic)


def mix_sound(bench: Workbench, params: dict[str, Any]) -> Made:
    """Voices in their places, music under them, at the platforms' loudness."""
    out = bench.folder / "sound.m4a"
    voices = [sound.Voice(bench.path_of(file_id), at_s) for file_id, at_s in params["voices"]]
    music = sound.Music(bench.path_of(params["music"])) if params["music"] else None
    loudness = sound.mix(
        voices,
        music,
        out,
        total_s=params["frames"] / FPS,
        on_progress=lambda share: bench.progress(share, "Mixing"),
        cancelled=bench.cancelled,
    )
    data = {"lufs": loudness.lufs, "true_peak_dbtp": loudness.true_peak_dbtp}
    return Made(data, {"audio": MadeFile(out, Provenance(provider="showrunner"))})
