"""A file held against what a platform takes: what is wrong with it, and which of that is mended."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from apps.connections.capabilities import MediaLimits
from apps.media.facts import MediaFacts
from apps.publishing import mending
from apps.publishing.findings import Finding, Severity

MENDED = Severity.MENDED
CODECS = {
    "h264": "H.264",
    "hevc": "HEVC",
    "aac": "AAC",
    "mp3": "MP3",
    "av1": "AV1",
    "vp9": "VP9",
    "vp8": "VP8",
}
SHAPES = {
    "9:16": 9 / 16,
    "16:9": 16 / 9,
    "4:3": 4 / 3,
    "3:4": 3 / 4,
    "1:1": 1.0,
    "4:5": 4 / 5,
    "21:9": 21 / 9,
}
SHAPE_TOLERANCE = 0.02
FAR_FROM_BEST = 0.1


@dataclass(frozen=True)
class Wanted:
    """What a channel asks of a file: the platform's limits, how long its account may be, and whether the person
    agreed that what is too long is cut."""

    platform: str
    limits: MediaLimits
    account_longest_s: float | None = None
    may_trim: bool = False

    @property
    def longest_s(self) -> float | None:
        return longest_of(self.limits, {"longest_s": self.account_longest_s})


def longest_of(limits: MediaLimits, account: Mapping[str, Any]) -> float | None:
    """How long a video may be: the platform's limit, or what is less for this account."""
    known = [float(limit) for limit in (limits.duration_max_s, account.get("longest_s")) if limit]
    return min(known, default=None)


def file_findings(facts: MediaFacts, wanted: Wanted) -> list[Finding]:
    """Everything about the file, what stops it first."""
    if facts.refusal:
        return [Finding("unreadable", facts.refusal)]
    found = [
        *_length(facts, wanted),
        *_size(facts, wanted),
        *_coding(facts, wanted),
        *_picture(facts, wanted),
        *_sound(facts, wanted),
    ]
    return sorted(found, key=lambda finding: list(Severity).index(finding.severity))


def _length(facts: MediaFacts, wanted: Wanted) -> Iterator[Finding]:
    lasts, longest = clock(facts.duration_s), wanted.longest_s
    if facts.duration_s < wanted.limits.duration_min_s:
        least = clock(wanted.limits.duration_min_s)
        yield Finding("too_short", f"The video lasts {lasts}; {wanted.platform} takes none under {least}.")
    if longest and facts.duration_s > longest:
        sentence = f"The video lasts {lasts}; {wanted.platform} takes {clock(longest)} here."
        if wanted.may_trim:
            yield Finding("too_long", sentence, MENDED, f"Only its first {clock(longest)} go out.")
        else:
            todo = f"Allow it to be cut to its first {clock(longest)}, or choose a shorter one."
            yield Finding("too_long", sentence, mend=todo, field="may_trim")


def _size(facts: MediaFacts, wanted: Wanted) -> Iterator[Finding]:
    limits = wanted.limits
    if limits.size_max and facts.size > limits.size_max:
        sentence = (
            f"The file has {megabytes(facts.size)}; {wanted.platform} takes {megabytes(limits.size_max)}."
        )
        if mending.can_shrink(mending.length_of(facts, wanted.longest_s, wanted.may_trim), limits):
            yield Finding("size", sentence, MENDED, "It is compressed to fit.")
        else:
            yield Finding(
                "size", sentence, mend="It is too long to be compressed that far: choose a shorter one."
            )
    if limits.bitrate_max and facts.bitrate > limits.bitrate_max:
        yield Finding(
            "bitrate",
            f"It needs {facts.bitrate / 1e6:.0f} Mbit/s; {wanted.platform} takes {limits.bitrate_max / 1e6:.0f}.",
            MENDED,
            "It is compressed to fit.",
        )


def _coding(facts: MediaFacts, wanted: Wanted) -> Iterator[Finding]:
    limits, name = wanted.limits, wanted.platform
    if facts.container not in limits.containers:
        takes = _either(one.upper() for one in limits.containers)
        yield Finding(
            "container",
            f"{name} takes {takes}; this is {facts.container.upper()}.",
            MENDED,
            "It becomes an MP4.",
        )
    elif limits.needs_index_first and not facts.index_first:
        yield Finding(
            "index", f"{name} wants the index at the beginning of the file.", MENDED, "It is put there."
        )
    if facts.video_codec not in limits.video_codecs:
        takes = _either(codec(one) for one in limits.video_codecs)
        yield Finding(
            "video_codec",
            f"{name} takes {takes}; the picture is {codec(facts.video_codec)}.",
            MENDED,
            "It is converted to H.264.",
        )
    if facts.has_sound and facts.audio_codec not in limits.audio_codecs:
        takes = _either(codec(one) for one in limits.audio_codecs)
        yield Finding(
            "audio_codec",
            f"{name} takes {takes}; the sound is {codec(facts.audio_codec)}.",
            MENDED,
            "It is converted to AAC.",
        )


def _picture(facts: MediaFacts, wanted: Wanted) -> Iterator[Finding]:
    limits, name = wanted.limits, wanted.platform
    if mending.has_wrong_shape(facts, limits):
        yield Finding(
            "ratio",
            f"The picture is {shape(facts.ratio)}; {name} wants {shape(mending.best_ratio(limits))}.",
            MENDED,
            "It is set on a blurred ground, where no button covers it.",
        )
    elif limits.ratio_best and _is_far(facts.ratio, limits.ratio_best):
        yield Finding(
            "ratio_best",
            f"The picture is {shape(facts.ratio)}; {name} shows {shape(limits.ratio_best)} best.",
            Severity.ADVICE,
            "Make it in that format to fill the screen.",
        )
    if mending.has_wrong_sides(facts, limits):
        yield Finding(
            "sides",
            f"{facts.width} × {facts.height} pixels are not what {name} takes.",
            MENDED,
            "It is scaled to fit.",
        )
    if mending.has_wrong_rate(facts, limits):
        yield Finding(
            "fps",
            f"It has {facts.fps:g} pictures a second; {name} takes "
            f"{limits.fps_min or 0:g} to {limits.fps_max or 0:g}.",
            MENDED,
            "It is brought to the nearest rate.",
        )


def _sound(facts: MediaFacts, wanted: Wanted) -> Iterator[Finding]:
    limits, name = wanted.limits, wanted.platform
    if not facts.has_sound:
        if limits.needs_sound:
            yield Finding("no_sound", f"{name} wants a sound track.", MENDED, "It gets a silent one.")
        return
    if mending.has_wrong_loudness(facts, limits):
        yield Finding(
            "loudness",
            f"It is at {signed(facts.lufs or 0.0)} LUFS; {name} plays everything at {signed(limits.lufs or 0.0)}.",
            MENDED,
            "Its sound is levelled.",
        )


def _is_far(ratio: float, best: float) -> bool:
    return abs(ratio / best - 1) > FAR_FROM_BEST


def _either(names: Iterator[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} or {last}" if most else last


def codec(name: str) -> str:
    return CODECS.get(name, name.upper())


def clock(seconds: float) -> str:
    """1:05, 1:30:00, or seconds where it is under a minute."""
    if seconds < 60:
        return f"{seconds:.3g} s"
    hours, rest = divmod(round(seconds), 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def megabytes(size: int) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:,.0f} MB"


def shape(ratio: float) -> str:
    """By its usual name where it has one."""
    name = min(SHAPES, key=lambda one: abs(SHAPES[one] / ratio - 1)) if ratio else "unknown"
    return name if ratio and abs(SHAPES[name] / ratio - 1) <= SHAPE_TOLERANCE else f"{ratio:.2f}:1"


def signed(lufs: float) -> str:
    return f"{lufs:.0f}".replace("-", "−")
