"""The whole way to each platform's stand-in, with what its panel can break: published once, or failed and said why."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from apps.connections.models import Connection, ConnectionStatus, QuotaUse, Strike
from apps.library.models import Asset
from apps.publishing.models import Post, PostStatus, Target, TargetStatus
from apps.publishing.services import ledger
from apps.publishing.services.posts import retry_target
from apps.sandbox.models import Comment
from apps.teams.models import Team
from tests.factories import AssetFactory, VideoFactory
from tests.publishing.conftest import carry_on, run_open_jobs
from tests.publishing.live import STAND_INS, connected
from tests.publishing.matrix import published_with
from tests.sandbox.clients import mp4
from tests.sandbox.live import Sandbox, sandbox

__all__ = ["sandbox"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("valkey")]
PLATFORMS = list(STAND_INS)
COMMENTING = ("youtube", "instagram", "facebook")


@pytest.fixture
def film(team: Team) -> Asset:
    asset: Asset = AssetFactory(
        video=VideoFactory(team=team, duration_s=12.0),
        kind="rendition",
        content=mp4(size=300_000),
        suffix=".mp4",
        content_type="video/mp4",
        duration_s=12.0,
    )
    return asset


def planned(connection: Connection, film: Asset, post: Post | None = None, kind: str = "video") -> Target:
    post = post or Post.objects.create(
        team=connection.team,
        video=film.video,
        kind=kind,
        title="Bees dance",
        text="A very special text of bees.",
        first_comment="Which bee do you like best?",
        status=PostStatus.SCHEDULED,
        due_at=timezone.now(),
    )
    return Target.objects.create(
        team=post.team,
        post=post,
        connection=connection,
        asset=film,
        status=TargetStatus.SCHEDULED,
        due_at=post.due_at,
    )


@pytest.mark.spec("PUB-02", "PUB-03")
@pytest.mark.parametrize("kind", ["video", "short"])
@pytest.mark.parametrize("slug", PLATFORMS)
def test_post_is_published_with_link_and_comment(
    sandbox: Sandbox, team: Team, film: Asset, clock: time_machine.Traveller, slug: str, kind: str
) -> None:
    target = planned(connected(sandbox, team, slug), film, kind=kind)
    carry_on(clock, target)
    assert (target.status, target.error, target.warnings) == (TargetStatus.PUBLISHED, "", [])
    assert target.external_id
    assert target.link.startswith("http")
    assert published_with("A very special text of bees.") == 1
    comments = Comment.objects.filter(text="Which bee do you like best?").count()
    assert comments == (1 if slug in COMMENTING else 0)


@pytest.mark.spec("PUB-05", "PUB-06")
@pytest.mark.parametrize("fault", ["rate_limited", "unavailable", "answer_lost", "broken_upload"])
@pytest.mark.parametrize("slug", PLATFORMS)
def test_fault_that_passes_leaves_one_post(
    sandbox: Sandbox, team: Team, film: Asset, clock: time_machine.Traveller, slug: str, fault: str
) -> None:
    target = planned(connected(sandbox, team, slug), film)
    amount = 150_000 if fault == "broken_upload" else None
    sandbox.fail(STAND_INS[slug], fault, times=1, amount=amount)
    carry_on(clock, target)
    assert (target.status, target.error) == (TargetStatus.PUBLISHED, "")
    assert published_with("A very special text of bees.") == 1


@pytest.mark.spec("PUB-05")
@pytest.mark.parametrize("slug", PLATFORMS)
def test_refused_file_fails_with_the_reason(
    sandbox: Sandbox, team: Team, film: Asset, clock: time_machine.Traveller, slug: str
) -> None:
    target = planned(connected(sandbox, team, slug), film)
    sandbox.fail(STAND_INS[slug], "rejected", times=1)
    carry_on(clock, target)
    assert target.status == TargetStatus.FAILED
    assert target.error
    assert not Strike.objects.exists()


@pytest.mark.spec("CON-03")
def test_video_refused_by_a_rule_is_put_to_people_as_a_strike_once(
    sandbox: Sandbox, team: Team, film: Asset, clock: time_machine.Traveller
) -> None:
    target = planned(connected(sandbox, team, "youtube"), film)
    for _ in range(2):
        sandbox.fail("google", "rejected", times=1, reason="inappropriate")
        carry_on(clock, target)
        assert target.error == "YouTube: the video was refused as inappropriate."
        clock.shift(1)
        retry_target(target, None)
    found = Strike.objects.values_list("connection", "post_ref", "kind", "state", "about")
    about = "“Bees dance” · YouTube: the video was refused as inappropriate."
    assert list(found) == [(target.connection_id, target.post_id, "community", "suggested", about)]


@pytest.mark.spec("P-C04")
@pytest.mark.parametrize("slug", PLATFORMS)
def test_grant_that_is_taken_back_holds_only_its_own_channel(
    sandbox: Sandbox, team: Team, film: Asset, clock: time_machine.Traveller, slug: str
) -> None:
    """Facebook and Instagram are one platform there, but two people with a grant each."""
    others = [name for name in PLATFORMS if STAND_INS[name] != STAND_INS[slug]]
    held = planned(connected(sandbox, team, slug), film)
    rest = [planned(connected(sandbox, team, name), film, held.post) for name in others]
    sandbox.fail(STAND_INS[slug], "token_revoked", times=1)
    carry_on(clock, *rest, within=timedelta(hours=1))
    assert [target.status for target in rest] == [TargetStatus.PUBLISHED] * len(rest)
    held.refresh_from_db()
    held.connection.refresh_from_db()
    assert (held.status, held.connection.status) == (TargetStatus.WAITING, ConnectionStatus.BROKEN)
    assert held.wait_reason.startswith(f"Reconnect {held.connection} on ")


@pytest.mark.spec("PUB-09")
def test_upload_over_today_s_quota_moves_to_the_next_window(
    sandbox: Sandbox, team: Team, film: Asset, clock: time_machine.Traveller, settings: object
) -> None:
    settings.PLATFORM_QUOTAS = {"youtube.uploads": 1}  # type: ignore[attr-defined]
    connection = connected(sandbox, team, "youtube")
    first = planned(connection, film)
    clock.shift(timedelta(seconds=1))
    second = planned(connection, film)
    for _ in range(2):
        ledger.claim_all_due()
        run_open_jobs()
    second.refresh_from_db()
    midnight = QuotaUse.objects.get(bucket="uploads").window_end
    assert (second.status, second.due_at, second.attempts.count()) == (TargetStatus.SCHEDULED, midnight, 1)
    assert second.moved_reason.startswith("YouTube allows no more for now. It goes out on ")
    assert sandbox.calls("google", "videos.insert").count("videos.insert 200") <= 2
    carry_on(clock, first, second)
    assert (first.status, second.status) == (TargetStatus.PUBLISHED, TargetStatus.PUBLISHED)


@pytest.mark.spec("PUB-09")
def test_reels_of_a_page_are_counted_and_what_meta_says_is_heard(
    sandbox: Sandbox, team: Team, film: Asset, clock: time_machine.Traveller
) -> None:
    page = connected(sandbox, team, "facebook")
    reel, video = planned(page, film, kind="short"), planned(page, film)
    carry_on(clock, reel, video)
    assert (reel.status, video.status) == (TargetStatus.PUBLISHED, TargetStatus.PUBLISHED)
    used = {row.bucket: row.used for row in QuotaUse.objects.filter(platform="facebook", owner=str(page.pk))}
    assert (used["reels"], used["posts"]) == (1, 2)
    sandbox.fail("meta", "rate_limited", times=1)
    later = planned(page, film)
    ledger.claim_all_due()
    run_open_jobs()
    assert QuotaUse.objects.get(platform="facebook", bucket="app_calls", exhausted=True).used == 100
    carry_on(clock, later)
    assert later.status == TargetStatus.PUBLISHED
