"""What platforms allow, by their own costs and reset times (CON-04)."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections as databases

from apps.connections.adapters import Heard
from apps.connections.capabilities import Bucket
from apps.connections.models import QuotaUse
from apps.connections.services import quota
from apps.connections.windows import window_of
from apps.core import http
from apps.events.models import Event
from tests.connections.factories import ConnectionFactory

NOON = datetime(2026, 12, 1, 20, tzinfo=UTC)  # noon in Los Angeles
MIDNIGHT = datetime(2026, 12, 2, 8, tzinfo=UTC)
PACIFIC = Bucket("units", "Calls", 10, of="app", resets="pacific-midnight")


@pytest.mark.spec("CON-04")
@pytest.mark.parametrize(
    ("now", "start", "end"),
    [
        (
            datetime(2026, 7, 1, 12, tzinfo=UTC),
            datetime(2026, 7, 1, 7, tzinfo=UTC),
            datetime(2026, 7, 2, 7, tzinfo=UTC),
        ),
        (
            datetime(2026, 12, 1, 7, 59, tzinfo=UTC),
            datetime(2026, 11, 30, 8, tzinfo=UTC),
            datetime(2026, 12, 1, 8, tzinfo=UTC),
        ),
        # the day when clocks go forward has 23 hours, the one when they go back 25
        (
            datetime(2027, 3, 14, 12, tzinfo=UTC),
            datetime(2027, 3, 14, 8, tzinfo=UTC),
            datetime(2027, 3, 15, 7, tzinfo=UTC),
        ),
        (
            datetime(2026, 11, 1, 12, tzinfo=UTC),
            datetime(2026, 11, 1, 7, tzinfo=UTC),
            datetime(2026, 11, 2, 8, tzinfo=UTC),
        ),
    ],
)
def test_a_pacific_day_begins_at_its_midnight(now, start, end):
    window = window_of(PACIFIC, now)
    assert (window.start, window.end) == (start, end)


def test_a_sliding_window_lets_go_an_hour_at_a_time():
    window = window_of(
        Bucket("posts", "Posts", 5, of="account", resets="sliding"), NOON + timedelta(minutes=20)
    )
    assert (window.start, window.end) == (NOON, NOON + timedelta(hours=25))


@pytest.mark.django_db
class TestLedger:
    def test_costs_are_the_platforms_own(self):
        row = ConnectionFactory()
        for operation in ("publish.open", "publish.captions:en", "publish.look", "publish.send"):
            quota.spend(row, operation, NOON)
        found = {one.bucket.name: one.used for one in quota.usage(row, NOON)}
        assert found == {"uploads": 1, "searches": 0, "units": 401}

    def test_the_applications_buckets_are_everybodys_and_an_accounts_its_own(self):
        one, other = ConnectionFactory(), ConnectionFactory()
        quota.spend(one, "publish.open", NOON)
        assert [use.used for use in quota.usage(other, NOON) if use.bucket.name == "uploads"] == [1]
        mine, theirs = ConnectionFactory(platform="tiktok"), ConnectionFactory(platform="tiktok")
        quota.spend(mine, "publish.open", NOON)
        assert [use.used for use in quota.usage(theirs, NOON) if use.bucket.name == "posts"] == [0]

    def test_what_does_not_fit_waits_for_the_reset(self, settings):
        settings.PLATFORM_QUOTAS = {"youtube.uploads": "2"}
        row = ConnectionFactory()
        assert quota.affordable(row, "publish", NOON) is None
        quota.spend(row, "publish.open", NOON)
        quota.spend(row, "publish.open", NOON)
        assert quota.affordable(row, "publish", NOON) == MIDNIGHT
        assert quota.affordable(row, "publish", MIDNIGHT) is None
        assert quota.affordable(row, "publish.look", NOON) is None

    def test_a_sliding_one_fits_again_when_the_oldest_is_over(self, settings):
        settings.PLATFORM_QUOTAS = {"tiktok.posts": "2"}
        row = ConnectionFactory(platform="tiktok")
        quota.spend(row, "publish.open", NOON)
        quota.spend(row, "publish.open", NOON + timedelta(hours=5))
        assert quota.affordable(row, "publish", NOON + timedelta(hours=6)) == NOON + timedelta(hours=25)

    def test_the_platforms_own_word_counts_until_the_reset(self):
        row = ConnectionFactory()
        quota.exhausted(row, "publish.open", http.QuotaExceeded("none left", code="quotaExceeded"), NOON)
        assert quota.affordable(row, "publish", NOON) == MIDNIGHT

    def test_a_channels_own_cap_is_nobody_elses(self):
        row, other = ConnectionFactory(), ConnectionFactory()
        capped = http.QuotaExceeded("enough for today", retry_after_s=86_400, code="uploadLimitExceeded")
        quota.exhausted(row, "publish.open", capped, NOON)
        assert quota.affordable(row, "publish", NOON) == NOON + timedelta(days=1)
        assert quota.affordable(other, "publish", NOON) is None
        assert quota.usage(row, NOON)[-1].is_exhausted

    @pytest.mark.spec("CON-04")
    def test_at_four_fifths_people_are_told_once_a_window(self, settings):
        settings.PLATFORM_QUOTAS = {"tiktok.posts": "5"}
        row = ConnectionFactory(platform="tiktok")
        told = []
        for number in range(5):
            quota.spend(row, "publish.open", NOON + timedelta(minutes=20 * number))
            told.append(Event.objects.filter(type="connection.quota_near", team=row.team).count())
        assert told == [0, 0, 0, 1, 1]

    def test_of_the_applications_buckets_operators_hear_too(self, settings):
        settings.PLATFORM_QUOTAS = {"youtube.uploads": "1"}
        row = ConnectionFactory()
        quota.spend(row, "publish.open", NOON)
        teams = Event.objects.filter(type="connection.quota_near").values_list("team", flat=True)
        assert set(teams) == {row.team_id, None}

    def test_usage_of_many_is_one_query(self, django_assert_num_queries):
        rows = [ConnectionFactory(platform=slug) for slug in ("youtube", "tiktok", "instagram")]
        with django_assert_num_queries(1):
            quota.usage_of_all(rows)


@pytest.mark.django_db(transaction=True)
def test_many_workers_lose_no_count():
    row = ConnectionFactory()

    def work() -> None:
        try:
            for _ in range(5):
                quota.spend(row, "publish.look", NOON)
        finally:
            databases.close_all()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(20)
    assert list(QuotaUse.objects.values_list("bucket", "used")) == [("units", 20)]


@pytest.mark.django_db
@pytest.mark.spec("CON-04")
def test_thirty_reels_a_day_are_counted_apart_from_videos():
    page = ConnectionFactory(platform="facebook")
    for _ in range(30):
        quota.spend(page, "publish.open:short", NOON)
    assert quota.affordable(page, "publish.open:short", NOON) is not None
    assert quota.affordable(page, "publish.open:video", NOON) is None
    assert quota.affordable(page, "publish.open:short", NOON + timedelta(hours=26)) is None


@pytest.mark.django_db
@pytest.mark.spec("CON-04")
def test_what_the_platform_says_of_its_budget_counts():
    page = ConnectionFactory(platform="facebook")
    quota.heard(page, Heard("calls", 0.79), NOON)
    quota.spend(page, "publish.open", NOON)
    assert quota.affordable(page, "publish.open", NOON) is None
    quota.heard(page, Heard("calls", 0.81), NOON + timedelta(minutes=10))
    assert quota.affordable(page, "publish.open", NOON + timedelta(minutes=11)) is not None
    assert Event.objects.filter(type="connection.quota_near").count() == 1
    quota.heard(page, Heard("calls", 0.3), NOON + timedelta(minutes=20))
    assert quota.affordable(page, "publish.open", NOON + timedelta(minutes=21)) is None
    quota.heard(page, Heard("calls", 1.0, free_after_s=420), NOON + timedelta(minutes=30))
    assert quota.affordable(page, "publish.open", NOON + timedelta(minutes=31)) == NOON + timedelta(
        minutes=37
    )


@pytest.mark.django_db
def test_a_platform_can_not_fill_a_bucket_that_we_count():
    page = ConnectionFactory(platform="facebook")
    quota.heard(page, Heard("reels", 1.0), NOON)
    quota.heard(page, Heard("nothing", 1.0), NOON)
    assert QuotaUse.objects.count() == 0
