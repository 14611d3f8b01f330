"""Files held against what platforms take, and the change that makes them fit."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from apps.connections.capabilities import MediaLimits, PostKind
from apps.connections.registry import PLATFORMS
from apps.media.facts import MediaFacts
from apps.media.formats import FrameSize
from apps.media.house import Fit, rules
from apps.publishing.filecheck import Wanted, file_findings
from apps.publishing.findings import Severity, first_stop
from apps.publishing.mending import SOUND_KBITS, fit_for, key_of
from tests.factories import house_facts

GOOD = house_facts(3_000_000)
PUBLISHING = ("youtube", "tiktok", "instagram", "facebook")
CASES = [(slug, kind) for slug in PUBLISHING for kind in PostKind]


def limits(slug: str, kind: PostKind) -> MediaLimits:
    return PLATFORMS[slug].limits[kind].media


def wanted(slug: str, kind: PostKind, **more: object) -> Wanted:
    return Wanted(PLATFORMS[slug].name, limits(slug, kind), **more)  # type: ignore[arg-type]


def change(facts: MediaFacts, want: Wanted) -> Fit | None:
    return fit_for(facts, want.limits, longest_s=want.longest_s, may_trim=want.may_trim)


def promised(facts: MediaFacts, fit: Fit) -> MediaFacts:
    """What `house.fit` promises to make of a file."""
    length_s = fit.keep_s or facts.duration_s
    has_sound = fit.level_sound or facts.has_sound
    made = replace(
        facts,
        container="mp4",
        index_first=True,
        duration_s=length_s,
        audio_codec="aac" if fit.level_sound else facts.audio_codec,
        lufs=(-14.0 if facts.lufs is not None else None) if fit.level_sound else facts.lufs,
    )
    if fit.frame is None:
        return made
    peak_kbits = fit.peak_kbits or rules.ENCODER.peak_kbits
    return replace(
        made,
        width=fit.frame.width,
        height=fit.frame.height,
        fps=float(fit.fps),
        video_codec="h264",
        size=int((peak_kbits + SOUND_KBITS * has_sound) * 1000 * length_s / 8),
    )


@pytest.mark.parametrize(("slug", "kind"), CASES)
def test_house_format_goes_out_as_it_is(slug: str, kind: PostKind) -> None:
    want = wanted(slug, kind)
    assert [finding for finding in file_findings(GOOD, want) if finding.severity != Severity.ADVICE] == []
    assert change(GOOD, want) is None


@pytest.mark.spec("PUB-01")
def test_four_to_three_becomes_upright_on_a_blurred_ground() -> None:
    facts, want = replace(GOOD, width=1440, height=1080), wanted("youtube", PostKind.SHORT)
    (finding,) = file_findings(facts, want)
    assert (finding.code, finding.severity, finding.repairable) == ("ratio", Severity.MENDED, True)
    assert finding.whole == (
        "The picture is 4:3; YouTube wants 9:16. It is set on a blurred ground, where no button covers it."
    )
    fit = change(facts, want)
    assert fit is not None
    assert (fit.frame, fit.keep_s, fit.peak_kbits) == (FrameSize(1080, 1920), None, 0)
    box, safe = fit.box, want.limits.safe
    assert box is not None
    assert box.width / box.height == pytest.approx(4 / 3, abs=0.01)
    assert box.y >= safe.top * 1920 - 2
    assert box.y + box.height <= (1 - safe.bottom) * 1920
    assert box.x + box.width <= (1 - safe.right) * 1080 + 2


def test_ninety_minutes_are_no_short_unless_the_person_lets_it_be_cut() -> None:
    facts = replace(GOOD, duration_s=5400.0)
    (finding,) = file_findings(facts, wanted("facebook", PostKind.SHORT))
    assert (finding.code, finding.stops, finding.field) == ("too_long", True, "may_trim")
    assert finding.whole == (
        "The video lasts 1:30:00; Facebook takes 1:30 here. "
        "Allow it to be cut to its first 1:30, or choose a shorter one."
    )
    agreed = wanted("facebook", PostKind.SHORT, may_trim=True)
    (finding,) = file_findings(facts, agreed)
    assert (finding.repairable, finding.mend) == (True, "Only its first 1:30 go out.")
    fit = change(facts, agreed)
    assert fit is not None
    assert fit.keep_s == pytest.approx(89.9)


def test_account_may_allow_less_than_its_platform() -> None:
    facts = replace(GOOD, duration_s=300.0)
    assert first_stop(file_findings(facts, wanted("tiktok", PostKind.VIDEO))) is None
    stop = first_stop(file_findings(facts, wanted("tiktok", PostKind.VIDEO, account_longest_s=180)))
    assert stop is not None
    assert stop.sentence == "The video lasts 5:00; TikTok takes 3:00 here."


def test_silent_video_gets_a_track_where_the_platform_wants_one() -> None:
    facts = replace(GOOD, audio_codec="", sample_rate=0, lufs=None)
    assert [one.code for one in file_findings(facts, wanted("instagram", PostKind.SHORT))] == ["no_sound"]
    assert change(facts, wanted("instagram", PostKind.SHORT)) == Fit(level_sound=True)
    assert file_findings(facts, wanted("tiktok", PostKind.SHORT)) == []
    assert change(facts, wanted("tiktok", PostKind.SHORT)) is None


def test_hevc_in_mov_is_converted_where_that_is_not_taken() -> None:
    facts = replace(GOOD, container="mov", video_codec="hevc")
    found = file_findings(facts, wanted("facebook", PostKind.SHORT))
    assert [(one.code, one.whole) for one in found] == [
        ("container", "Facebook takes MP4; this is MOV. It becomes an MP4.")
    ]
    fit = change(facts, wanted("facebook", PostKind.SHORT))
    assert fit is not None
    assert fit.frame == FrameSize(1080, 1920), "HEVC does not only change its container"
    assert change(facts, wanted("youtube", PostKind.VIDEO)) is None
    plain = replace(GOOD, container="mov")
    assert change(plain, wanted("facebook", PostKind.SHORT)) == Fit()


def test_loud_and_quiet_sound_is_levelled() -> None:
    quiet = replace(GOOD, lufs=-23.04)
    (finding,) = file_findings(quiet, wanted("youtube", PostKind.VIDEO))[:1]
    assert finding.sentence == "It is at −23 LUFS; YouTube plays everything at −14."
    assert change(quiet, wanted("youtube", PostKind.VIDEO)) == Fit(level_sound=True)
    assert change(replace(GOOD, lufs=-14.9), wanted("youtube", PostKind.VIDEO)) is None


@pytest.mark.parametrize(
    ("facts", "fit"),
    [
        (replace(GOOD, fps=60.0), None),
        (replace(GOOD, fps=120.0), Fit(FrameSize(1080, 1920), Fraction(30), level_sound=True)),
        (replace(GOOD, fps=24000 / 1001), Fit(FrameSize(1080, 1920), Fraction(24), level_sound=True)),
        (replace(GOOD, width=360, height=640), Fit(FrameSize(540, 960), Fraction(30), level_sound=True)),
    ],
)
def test_rate_and_sides_of_a_reel(facts: MediaFacts, fit: Fit | None) -> None:
    assert change(facts, wanted("facebook", PostKind.SHORT)) == fit


def test_large_file_is_compressed_or_refused() -> None:
    want = wanted("instagram", PostKind.VIDEO)
    large = replace(GOOD, size=400_000_000, duration_s=600.0)
    fit = change(large, want)
    assert fit is not None
    assert 0 < fit.peak_kbits < 4000
    assert [one.mend for one in file_findings(large, want)] == ["It is compressed to fit."]
    tiny = Wanted("Tiny", replace(want.limits, size_max=1_000_000, duration_max_s=None))
    assert first_stop(file_findings(large, tiny)) is not None


def test_unreadable_file_stops_with_its_sentence() -> None:
    (finding,) = file_findings(
        MediaFacts(refusal="The file is empty (0 bytes)."), wanted("youtube", PostKind.VIDEO)
    )
    assert (finding.code, finding.stops, finding.whole) == (
        "unreadable",
        True,
        "The file is empty (0 bytes).",
    )


def test_key_names_the_change_and_the_bytes() -> None:
    one = Fit(FrameSize(1080, 1920), Fraction(30))
    keys = {key_of(one, "a"), key_of(one, "b"), key_of(replace(one, keep_s=3.0), "a")}
    assert len(keys) == 3
    assert key_of(Fit(FrameSize(1080, 1920), Fraction(30)), "a") in keys


FACTS = st.builds(
    MediaFacts,
    container=st.sampled_from(["mp4", "mov", "mkv", "webm", "avi", "mpegts", "flv"]),
    size=st.integers(100_000, 20_000_000_000),
    duration_s=st.floats(0.5, 20_000),
    width=st.integers(16, 8192),
    height=st.integers(16, 8192),
    fps=st.floats(1, 240),
    variable_rate=st.booleans(),
    video_codec=st.sampled_from(["h264", "hevc", "vp9", "av1", "mpeg4", "prores", "mjpeg"]),
    pix_fmt=st.sampled_from(["yuv420p", "yuv420p10le", "yuv444p"]),
    audio_codec=st.sampled_from(["", "aac", "opus", "mp3", "pcm_s24le", "ac3"]),
    sample_rate=st.just(48_000),
    lufs=st.none() | st.floats(-50, 0),
    index_first=st.booleans(),
)


@pytest.mark.spec("PUB-01")
@given(facts=FACTS, case=st.sampled_from(CASES), may_trim=st.booleans())
def test_whatever_is_mended_fits_and_needs_no_second_mending(
    facts: MediaFacts, case: tuple[str, PostKind], may_trim: bool
) -> None:
    facts = replace(facts, lufs=facts.lufs if facts.has_sound else None)
    want = wanted(*case, may_trim=may_trim)
    before = file_findings(facts, want)
    assume(first_stop(before) is None)
    fit = change(facts, want)
    assert (fit is None) == (not any(finding.repairable for finding in before))
    if fit is not None:
        after = promised(facts, fit)
        left = [one for one in file_findings(after, want) if one.severity != Severity.ADVICE]
        assert left == [], (fit, after)
        assert change(after, want) is None
