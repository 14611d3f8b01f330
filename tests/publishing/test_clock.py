"""Times on the clocks of zones, over both changes of daylight saving (PUB-04)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.publishing import clock
from apps.publishing.errors import PublishingError

pytestmark = pytest.mark.spec("PUB-04")


def local(text: str) -> datetime:
    """What a clock shows, without a zone."""
    return datetime.fromisoformat(text)


BERLIN, NEW_YORK, LORD_HOWE, KATHMANDU = (
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",  # leaps by half an hour
    "Asia/Kathmandu",
)
ZONES = st.sampled_from([BERLIN, NEW_YORK, LORD_HOWE, KATHMANDU, "UTC", "Pacific/Apia"])
SECONDS = st.integers(1_577_836_800, 2_051_222_400)  # 2020 to 2035
INSTANTS = SECONDS.map(lambda second: datetime.fromtimestamp(second, UTC))


@pytest.mark.parametrize(
    ("shown", "zone", "instant"),
    [
        (local("2026-03-28 09:00"), BERLIN, datetime(2026, 3, 28, 8, tzinfo=UTC)),
        (local("2026-03-29 09:00"), BERLIN, datetime(2026, 3, 29, 7, tzinfo=UTC)),
        (local("2026-10-25 09:00"), BERLIN, datetime(2026, 10, 25, 8, tzinfo=UTC)),
        (local("2026-07-01 12:00"), KATHMANDU, datetime(2026, 7, 1, 6, 15, tzinfo=UTC)),
    ],
)
def test_time_on_a_clock_is_this_instant(shown: datetime, zone: str, instant: datetime) -> None:
    assert clock.moment(shown, zone) == instant
    assert clock.on_clock(instant, zone) == shown


@pytest.mark.parametrize(
    ("shown", "zone", "sentence"),
    [
        (
            local("2026-03-29 02:30"),
            BERLIN,
            "02:30 does not exist on 29 March 2026 in Europe/Berlin: the clock is put forward to 03:00. "
            "Choose 03:00 or later.",
        ),
        (
            local("2026-10-04 02:10"),
            LORD_HOWE,
            "02:10 does not exist on 4 October 2026 in Australia/Lord_Howe: the clock is put forward to 02:30. "
            "Choose 02:30 or later.",
        ),
    ],
)
def test_time_that_is_leapt_over_is_refused_with_the_next_one(
    shown: datetime, zone: str, sentence: str
) -> None:
    with pytest.raises(PublishingError) as refused:
        clock.moment(shown, zone)
    assert (refused.value.message, refused.value.field) == (sentence, "due_at")


def test_time_that_comes_twice_is_the_first_unless_the_second_is_asked_for() -> None:
    twice = local("2026-10-25 02:30")
    assert clock.moment(twice, BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert clock.moment(twice, BERLIN, fold=1) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert clock.is_ambiguous(twice, BERLIN)
    assert not clock.is_ambiguous(local("2026-10-25 03:30"), BERLIN)
    assert not clock.is_ambiguous(local("2026-03-29 02:30"), BERLIN)


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../../etc/passwd", "Europe/"])
def test_zone_that_does_not_exist_is_refused(name: str) -> None:
    with pytest.raises(PublishingError) as refused:
        clock.zone_of(name)
    assert refused.value.field == "zone"


def test_another_day_keeps_the_time_on_the_clock() -> None:
    friday = clock.moment(local("2026-03-27 18:00"), BERLIN)
    moved = clock.on_day(friday, BERLIN, date(2026, 4, 3))
    assert clock.on_clock(moved, BERLIN) == local("2026-04-03 18:00")
    assert moved - friday == timedelta(days=7, hours=-1)


def test_day_that_leaps_over_the_time_takes_the_first_after_it() -> None:
    saturday = clock.moment(local("2026-03-28 02:30"), BERLIN)
    assert clock.on_clock(clock.on_day(saturday, BERLIN, date(2026, 3, 29)), BERLIN) == local(
        "2026-03-29 03:00"
    )


@given(INSTANTS, ZONES)
def test_what_a_clock_shows_is_the_instant_again_or_its_twin(instant: datetime, zone: str) -> None:
    shown = clock.on_clock(instant, zone)
    both = {clock.moment(shown, zone), clock.moment(shown, zone, fold=1)}
    assert instant in both
    assert (len(both) == 2) == clock.is_ambiguous(shown, zone)


@given(INSTANTS.map(lambda instant: instant.replace(tzinfo=None)), ZONES)
def test_every_time_is_an_instant_or_leapt_over(shown: datetime, zone: str) -> None:
    try:
        instant = clock.moment(shown, zone)
    except PublishingError:
        later = clock.on_day(clock.moment(shown - timedelta(days=1), zone), zone, shown.date())
        assert clock.on_clock(later, zone) > shown
    else:
        assert clock.on_clock(instant, zone) == shown
