"""Which change makes a file fit a platform. It follows from the file and the limits and nothing else."""

import hashlib
import json

from apps.connections.capabilities import MediaLimits
from apps.media.facts import MediaFacts
from apps.media.formats import FrameSize
from apps.media.house import Fit, inside, rules
from apps.media.house.fitting import Box

SOUND_KBITS = 200
LEAST_KBITS = 400  # below it nobody would want to see the picture
BUDGET_SHARE = 0.9  # of the size that is allowed: what surrounds the streams needs room too
TRIM_MARGIN_S = 0.1
COPIED_PIXELS = ("yuv420p", "yuvj420p")


def fit_for(facts: MediaFacts, limits: MediaLimits, *, longest_s: float | None, may_trim: bool) -> Fit | None:
    """What has to be done to the file; None where it goes out as it is. What nobody can mend is not asked here."""
    keep_s = _kept(facts, longest_s, may_trim)
    level = _needs_other_sound(facts, limits)
    if keep_s is None and not _needs_encoding(facts, limits):
        return Fit(level_sound=level) if level or _needs_packing(facts, limits) else None
    frame, box = _frame_for(facts, limits)
    return Fit(
        frame,
        rules.rate_between(
            facts.fps, steady=not facts.variable_rate, least=limits.fps_min, most=limits.fps_max
        ),
        box,
        keep_s=keep_s,
        level_sound=True,
        peak_kbits=_peak_kbits(length_of(facts, longest_s, may_trim), limits),
    )


def _frame_for(facts: MediaFacts, limits: MediaLimits) -> tuple[FrameSize, Box | None]:
    """The size of the new picture, and where the old one stands in it where their shapes differ."""
    frame = rules.house_size(facts.width, facts.height)
    if limits.side_min and min(frame.width, frame.height) < limits.side_min:
        frame = _enlarged(frame, limits.side_min)
    if not has_wrong_shape(facts, limits) and max(frame.width, frame.height) <= rules.LONG_SIDE:
        return frame, None
    frame, safe = _frame(best_ratio(limits)), limits.safe
    return frame, inside(facts.width, facts.height, frame, (safe.top, safe.right, safe.bottom, safe.left))


def key_of(fit: Fit, sha256: str) -> str:
    """Names what becomes of these bytes by this change: the same for whoever makes it, whenever."""
    said = json.dumps({"source": sha256, "fit": fit.to_json()}, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def length_of(facts: MediaFacts, longest_s: float | None, may_trim: bool) -> float:
    """How long it is in the end."""
    return _kept(facts, longest_s, may_trim) or facts.duration_s


def _kept(facts: MediaFacts, longest_s: float | None, may_trim: bool) -> float | None:
    if not may_trim or not longest_s or facts.duration_s <= longest_s:
        return None
    return longest_s - TRIM_MARGIN_S


def _needs_packing(facts: MediaFacts, limits: MediaLimits) -> bool:
    return facts.container not in limits.containers or (limits.needs_index_first and not facts.index_first)


def _needs_other_sound(facts: MediaFacts, limits: MediaLimits) -> bool:
    if not facts.has_sound:
        return limits.needs_sound
    return facts.audio_codec not in limits.audio_codecs or has_wrong_loudness(facts, limits)


def _needs_encoding(facts: MediaFacts, limits: MediaLimits) -> bool:
    """Whether the picture itself has to become another one. What is packed or gets another sound goes into an MP4,
    where only H.264 is understood everywhere."""
    touched = _needs_packing(facts, limits) or _needs_other_sound(facts, limits)
    is_plain = facts.video_codec == "h264" and facts.pix_fmt in COPIED_PIXELS
    return (
        facts.video_codec not in limits.video_codecs
        or (touched and not is_plain)
        or has_wrong_shape(facts, limits)
        or has_wrong_sides(facts, limits)
        or has_wrong_rate(facts, limits)
        or bool(limits.bitrate_max and facts.bitrate > limits.bitrate_max)
        or bool(limits.size_max and facts.size > limits.size_max)
    )


def has_wrong_shape(facts: MediaFacts, limits: MediaLimits) -> bool:
    too_slim = limits.ratio_min is not None and facts.ratio < limits.ratio_min - 1e-3
    too_wide = limits.ratio_max is not None and facts.ratio > limits.ratio_max + 1e-3
    return too_slim or too_wide


def has_wrong_sides(facts: MediaFacts, limits: MediaLimits) -> bool:
    shorter, longer = sorted((facts.width, facts.height))
    return (
        bool(limits.side_min and shorter < limits.side_min)
        or bool(limits.side_max and longer > limits.side_max)
        or bool(limits.width_max and facts.width > limits.width_max)
    )


def has_wrong_rate(facts: MediaFacts, limits: MediaLimits) -> bool:
    too_slow = limits.fps_min is not None and facts.fps < limits.fps_min - 0.01
    too_fast = limits.fps_max is not None and facts.fps > limits.fps_max + 0.01
    return too_slow or too_fast


def has_wrong_loudness(facts: MediaFacts, limits: MediaLimits) -> bool:
    if limits.lufs is None or facts.lufs is None:
        return False
    return abs(facts.lufs - limits.lufs) > limits.lufs_tolerance


def best_ratio(limits: MediaLimits) -> float:
    return limits.ratio_best or limits.ratio_max or limits.ratio_min or 16 / 9


def _frame(ratio: float) -> FrameSize:
    """The largest frame of this shape that the house makes."""
    if ratio >= 1:
        return rules.house_size(rules.LONG_SIDE, round(rules.LONG_SIDE / ratio))
    return rules.house_size(round(rules.LONG_SIDE * ratio), rules.LONG_SIDE)


def _enlarged(frame: FrameSize, side_min: int) -> FrameSize:
    """The same shape, with no side under the least."""
    share = side_min / min(frame.width, frame.height)
    return FrameSize(-(-int(frame.width * share) // 2) * 2, -(-int(frame.height * share) // 2) * 2)


def can_shrink(length_s: float, limits: MediaLimits) -> bool:
    """Whether a video of this length can be compressed to what the platform takes."""
    return _budget_kbits(length_s, limits) >= LEAST_KBITS


def _peak_kbits(length_s: float, limits: MediaLimits) -> int:
    """The highest rate that the limits leave to the picture; 0 where the house's own is lower."""
    allowed = _budget_kbits(length_s, limits)
    if limits.bitrate_max:
        allowed = min(allowed, limits.bitrate_max * BUDGET_SHARE / 1000 - SOUND_KBITS)
    return 0 if allowed >= rules.ENCODER.peak_kbits else max(int(allowed), LEAST_KBITS)


def _budget_kbits(length_s: float, limits: MediaLimits) -> float:
    if not limits.size_max or not length_s:
        return float("inf")
    return limits.size_max * BUDGET_SHARE * 8 / 1000 / length_s - SOUND_KBITS
