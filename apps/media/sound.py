"""The sound of a video: voices in their places, music under them, at the loudness that platforms ask for."""

import math
import re
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from apps.media.errors import NotMedia, disk_room
from apps.media.ffmpeg import Expect, Output, run
from apps.media.probe import probe_once, source_url

TARGET_LUFS = -14.0
TOLERANCE_LU = 0.5
TRUE_PEAK_LIMIT_DBTP = -1.0
SAMPLE_RATE = 48_000
MIX_VERSION = 1
"""Raised whenever the same voices and music would sound different: part of every mix's key."""

_VOICE_LUFS = -18.0  # inside the mix: leaves room for peaks
_SILENCE_LUFS = -55.0  # what is softer is taken for silence and left alone
_MOST_GAIN_DB = 40.0
_ATTEMPTS = 4  # at encoding
_STEPS = 6  # at finding the gain
_CLOSE_LU, _GOOD_ENOUGH_LU = 0.15, 0.35  # before encoding, and after
_DUCK_RANGE_DB = 18.0  # how far the voice lies above the level at which the music begins to give way
_MUSIC_MEASURED_S = 90
_STEREO = f"aresample={SAMPLE_RATE},aformat=sample_fmts=fltp:channel_layouts=stereo"
_SUMMARY = re.compile(r"\[(?:ebur128@(\w+)|Parsed_ebur128_\d+) @ \w+\] Summary:(.*?)(?=\n\[|\Z)", re.DOTALL)


@dataclass(frozen=True)
class Loudness:
    """Integrated loudness (EBU R 128) and true peak. Both −inf for silence."""

    lufs: float
    true_peak_dbtp: float

    @property
    def silent(self) -> bool:
        return self.lufs < _SILENCE_LUFS


@dataclass(frozen=True)
class Voice:
    """A piece of speech (or any sound that the music gives way to) at `at_s` seconds on the timeline.

    `in_s` and `length_s` choose a part of the file, `gain_db` makes it louder or softer than the others.
    """

    path: Path
    at_s: float
    in_s: float = 0.0
    length_s: float | None = None
    gain_db: float = 0.0


@dataclass(frozen=True)
class Music:
    """Background music, repeated or cut to the video's length.

    `below_voice_lu` is how far it lies below the voice, `duck_db` (0 to 15) how much softer it gets while one
    speaks.
    """

    path: Path
    below_voice_lu: float = 10.0
    duck_db: float = 9.0
    fade_in_s: float = 0.6
    fade_out_s: float = 2.0


@dataclass(frozen=True)
class _Limits:
    """What the callers of `mix` may ask of the runner."""

    cancelled: Callable[[], bool] | None
    time_limit_s: float


@dataclass(frozen=True)
class _Balance:
    """Gains in dB that bring voice and music to their places inside the mix."""

    voice_db: float
    music_db: float


def mix(
    voices: Sequence[Voice],
    music: Music | None,
    out: Path,
    *,
    total_s: float,
    on_progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    time_limit_s: float = 900.0,
) -> Loudness:
    """Make the whole sound as AAC (48 kHz stereo, `.m4a`), exactly `total_s` long, at −14 LUFS ± 0.5, at most
    −1 dBTP.

    Measured on the encoded result, which is what is returned. Voices or music may be missing; with neither it is
    silence. Raises NotMedia, FFmpegFailed, FFmpegTimeout, FFmpegCancelled, DiskFull.
    """
    for path in [voice.path for voice in voices] + ([music.path] if music else []):
        if probe_once(path).audio is None:
            raise NotMedia(f"There is no sound in {path.name}: choose another file.")
    limits = _Limits(cancelled, time_limit_s)
    report = on_progress or (lambda share: None)
    with disk_room(), tempfile.TemporaryDirectory(prefix=".mix-", dir=out.absolute().parent) as folder:
        mixed, attempt = Path(folder) / "mixed.wav", Path(folder) / "attempt.m4a"
        balance = _balance(voices, music, total_s, limits)
        report(0.2)
        unmastered = _mix_down(voices, music, balance, mixed, total_s, limits)
        report(0.4)
        loudness = _master(mixed, unmastered, attempt, total_s, limits)
        attempt.replace(out)
    report(1.0)
    return loudness


def master(
    source: Path | None,
    out: Path,
    *,
    total_s: float,
    on_progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    time_limit_s: float = 900.0,
) -> Loudness:
    """The first sound of a video file, as `mix` would make it: same form, length and loudness. None: silence.

    It stays where it is beside the picture: what begins later begins later, gaps are gaps. Raises as `mix` does.
    """
    limits = _Limits(cancelled, time_limit_s)
    report = on_progress or (lambda share: None)
    samples = _samples(total_s)
    inputs = (
        ["-vn", "-sn", "-i", source_url(source)]
        if source
        else ["-f", "lavfi", "-i", "anullsrc=r=48000:cl=stereo"]
    )
    placed = (
        f"aresample={SAMPLE_RATE}:async=1:first_pts=0,{_STEREO},apad=whole_len={samples},"
        f"atrim=end_sample={samples},ebur128@placed=framelog=quiet"
    )
    with disk_room(), tempfile.TemporaryDirectory(prefix=".master-", dir=out.absolute().parent) as folder:
        placed_file, attempt = Path(folder) / "placed.wav", Path(folder) / "attempt.m4a"
        options = ["-map", "0:a:0", "-c:a", "pcm_f32le", "-rf64", "auto", "-map_metadata", "-1"]
        done = run(
            inputs,
            [Output(placed_file, (*options, "-af", placed))],
            total_s=total_s,
            on_progress=lambda share: report(share * 0.3),
            loglevel="info",
            cancelled=cancelled,
            time_limit_s=time_limit_s,
        )
        loudness = _master(placed_file, _summaries(done.stderr)["placed"], attempt, total_s, limits)
        attempt.replace(out)
    report(1.0)
    return loudness


def measure(path: Path) -> Loudness:
    """Loudness and true peak of a file's first sound stream. Raises NotMedia where it has none."""
    if probe_once(path).audio is None:
        raise NotMedia(f"There is no sound in {path.name}: choose another file.")
    return _measure(path, _Limits(None, 900.0))


def _measure(path: Path, limits: _Limits) -> Loudness:
    done = run(
        [
            "-vn",
            "-i",
            source_url(path),
            "-map",
            "0:a:0",
            "-af",
            "ebur128@result=peak=true:framelog=quiet",
            "-f",
            "null",
            "-",
        ],
        loglevel="info",
        cancelled=limits.cancelled,
        time_limit_s=limits.time_limit_s,
    )
    return _summaries(done.stderr)["result"]


def _balance(voices: Sequence[Voice], music: Music | None, total_s: float, limits: _Limits) -> _Balance:
    """Measure voices and music as they are, and work out the gains. Music alone is taken for the voice."""
    inputs, chains = _voice_bed(voices, total_s)
    if voices:
        chains.append("[bed]ebur128@voice=framelog=quiet,anullsink")
    if music:
        inputs += ["-t", str(_MUSIC_MEASURED_S), "-vn", "-i", source_url(music.path)]
        chains.append(f"[{len(voices)}:a:0]{_STEREO},ebur128@music=framelog=quiet,anullsink")
    if not chains:
        return _Balance(0.0, 0.0)
    chains.append("anullsrc=d=0.02[nothing]")
    done = run(
        [*inputs, "-filter_complex", ";".join(chains), "-map", "[nothing]", "-f", "null", "-"],
        loglevel="info",
        cancelled=limits.cancelled,
        time_limit_s=limits.time_limit_s,
    )
    found = _summaries(done.stderr)
    below = music.below_voice_lu if music and voices else 0.0
    return _Balance(_gain(found.get("voice"), _VOICE_LUFS), _gain(found.get("music"), _VOICE_LUFS - below))


def _gain(loudness: Loudness | None, target_lufs: float) -> float:
    if loudness is None or loudness.lufs < _SILENCE_LUFS:
        return 0.0
    return min(_MOST_GAIN_DB, target_lufs - loudness.lufs)


def _mix_down(
    voices: Sequence[Voice],
    music: Music | None,
    balance: _Balance,
    out: Path,
    total_s: float,
    limits: _Limits,
) -> Loudness:
    """The mix as a WAV of floats, at the loudness of the voice inside it, which is measured on the way."""
    inputs, chains = _voice_bed(voices, total_s)
    mixed = ""
    if voices:
        chains.append(f"[bed]volume={balance.voice_db:.2f}dB[voice]")
        mixed = "[voice]"
    if music:
        inputs += ["-stream_loop", "-1", "-vn", "-i", source_url(music.path)]
        chains.append(_music_chain(music, len(voices), balance.music_db, total_s))
        mixed = _ducked(chains, music) if voices else "[music]"
    if not mixed:
        chains.append(f"anullsrc=r={SAMPLE_RATE}:cl=stereo[silence]")
        mixed = "[silence]"
    samples = _samples(total_s)
    chains.append(
        f"{mixed}apad=whole_len={samples},atrim=end_sample={samples},ebur128@mix=framelog=quiet,"
        f"{_STEREO}[out]"
    )
    options = ("-map", "[out]", "-c:a", "pcm_f32le", "-rf64", "auto", "-map_metadata", "-1")
    done = run(
        [*inputs, "-filter_complex", ";".join(chains)],
        [Output(out, options)],
        loglevel="info",
        cancelled=limits.cancelled,
        time_limit_s=limits.time_limit_s,
    )
    return _summaries(done.stderr)["mix"]


def _master(mixed: Path, unmastered: Loudness, out: Path, total_s: float, limits: _Limits) -> Loudness:
    """Encode at the target loudness. The limiter takes loudness away from bursts and AAC adds to peaks, so neither can
    be worked out beforehand: the gain is searched for, the result measured, and what is wrong corrected."""
    ceiling_db, target = TRUE_PEAK_LIMIT_DBTP - 1.2, TARGET_LUFS
    gain_db = 0.0 if unmastered.lufs < _SILENCE_LUFS else target - unmastered.lufs
    for _ in range(_ATTEMPTS):
        if gain_db:
            gain_db = _find_gain(mixed, gain_db, ceiling_db, target, limits)
        _encode(mixed, gain_db, ceiling_db, out, total_s, limits)
        loudness = _measure(out, limits)
        excess, missing = loudness.true_peak_dbtp - TRUE_PEAK_LIMIT_DBTP, TARGET_LUFS - loudness.lufs
        if loudness.lufs < _SILENCE_LUFS or (excess <= 0 and abs(missing) <= _GOOD_ENOUGH_LU):
            break
        if excess > 0:
            ceiling_db -= excess + 0.15
        if abs(missing) > _GOOD_ENOUGH_LU:
            target += missing
    return loudness


def _find_gain(mixed: Path, gain_db: float, ceiling_db: float, target: float, limits: _Limits) -> float:
    """The gain with which the limited mix reaches the target, by secants; the best one met where none does."""
    tried: list[tuple[float, float]] = []
    for _ in range(_STEPS):
        done = run(
            [
                "-i",
                source_url(mixed),
                "-af",
                f"{_limited(gain_db, ceiling_db)},ebur128@limited=framelog=quiet",
                "-f",
                "null",
                "-",
            ],
            loglevel="info",
            cancelled=limits.cancelled,
            time_limit_s=limits.time_limit_s,
        )
        tried.append((gain_db, _summaries(done.stderr)["limited"].lufs))
        missing = target - tried[-1][1]
        if abs(missing) <= _CLOSE_LU or gain_db >= _MOST_GAIN_DB:
            break
        slope = 1.0
        if len(tried) > 1 and abs(tried[-1][0] - tried[-2][0]) > 0.01:
            slope = (tried[-1][1] - tried[-2][1]) / (tried[-1][0] - tried[-2][0])
        gain_db = min(_MOST_GAIN_DB, gain_db + missing / min(1.2, max(0.2, slope)))
    return min(tried, key=lambda one: abs(target - one[1]))[0]


def _limited(gain_db: float, ceiling_db: float) -> str:
    return (
        f"volume={gain_db:.2f}dB,"
        f"alimiter=limit={_amplitude(ceiling_db):.5f}:attack=4:release=60:level=disabled:latency=1"
    )


def _encode(
    mixed: Path, gain_db: float, ceiling_db: float, out: Path, total_s: float, limits: _Limits
) -> None:
    samples = _samples(total_s)
    chain = f"{_limited(gain_db, ceiling_db)},apad=whole_len={samples},atrim=end_sample={samples},{_STEREO}"
    options = ("-af", chain, "-c:a", "aac", "-b:a", "192k", "-map_metadata", "-1")
    run(
        ["-i", source_url(mixed)],
        [Output(out, options, Expect(duration_s=total_s, audio=True, tolerance_s=0.002))],
        cancelled=limits.cancelled,
        time_limit_s=limits.time_limit_s,
    )


def _voice_bed(voices: Sequence[Voice], total_s: float) -> tuple[list[str], list[str]]:
    """Inputs, and chains that end in [bed]: all voices at their places, to the sample, `total_s` long."""
    inputs: list[str] = []
    chains: list[str] = []
    for number, voice in enumerate(voices):
        part = ["-ss", f"{voice.in_s:.6f}"] if voice.in_s else []
        part += ["-t", f"{voice.length_s:.6f}"] if voice.length_s is not None else []
        inputs += [*part, "-vn", "-i", source_url(voice.path)]
        chains.append(
            f"[{number}:a:0]{_STEREO},asetpts=N/SR/TB,volume={voice.gain_db:.2f}dB,"
            f"adelay=delays={_samples(voice.at_s)}S:all=1[v{number}]"
        )
    if voices:
        samples = _samples(total_s)
        labels = "".join(f"[v{number}]" for number in range(len(voices)))
        mixed = f"amix=inputs={len(voices)}:normalize=0:dropout_transition=0," if len(voices) > 1 else ""
        chains.append(f"{labels}{mixed}apad=whole_len={samples},atrim=end_sample={samples}[bed]")
    return inputs, chains


def _music_chain(music: Music, number: int, gain_db: float, total_s: float) -> str:
    fade_in = min(music.fade_in_s, total_s / 4)
    fade_out = min(music.fade_out_s, total_s / 3)
    return (
        f"[{number}:a:0]{_STEREO},asetpts=N/SR/TB,apad=whole_len={_samples(total_s)},"
        f"atrim=end_sample={_samples(total_s)},volume={gain_db:.2f}dB,"
        f"afade=t=in:d={fade_in:.3f},afade=t=out:st={total_s - fade_out:.3f}:d={fade_out:.3f}[music]"
    )


def _ducked(chains: list[str], music: Music) -> str:
    """The music gives way to the voice. The ratio follows from how far the voice lies above the threshold."""
    duck_db = min(15.0, max(0.0, music.duck_db))
    threshold = _amplitude(_VOICE_LUFS - _DUCK_RANGE_DB)
    ratio = 1 / (1 - duck_db / _DUCK_RANGE_DB)
    chains.append("[voice]asplit[heard][key]")
    chains.append(
        f"[music][key]sidechaincompress=threshold={threshold:.5f}:ratio={ratio:.3f}:attack=15:release=450"
        ":knee=4:detection=rms[under]"
    )
    chains.append("[heard][under]amix=inputs=2:normalize=0:dropout_transition=0[both]")
    return "[both]"


def _summaries(said: str) -> dict[str, Loudness]:
    """What the ebur128 filters said at their ends, by their names."""
    return {
        match[1] or "": Loudness(_value(match[2], "I"), _value(match[2], "Peak"))
        for match in _SUMMARY.finditer(said)
    }


def _value(summary: str, name: str) -> float:
    found = re.search(rf"\b{name}:\s+(-?(?:inf|nan|[\d.]+))", summary)
    value = float(found[1]) if found else -math.inf
    return -math.inf if math.isnan(value) or value <= -70.0 else value


def _samples(seconds: float) -> int:
    return round(seconds * SAMPLE_RATE)


def _amplitude(decibel: float) -> float:
    return float(10 ** (decibel / 20))
