"""What needs approval goes out only as it was approved (TEM-06, PUB-14)."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone
from redis import Redis

from apps.accounts.models import User
from apps.approvals.errors import ApprovalError
from apps.approvals.models import Approval, ApprovalStatus
from apps.approvals.services import decide, expire_due, set_rules
from apps.library.models import Asset
from apps.publishing.models import Post, PostStatus, Target, TargetStatus
from apps.publishing.services import ledger
from apps.publishing.services.fingerprints import fingerprint
from apps.publishing.services.locking import lock_post
from apps.publishing.services.posts import cancel, create_post, edit_post, publish_now, schedule
from apps.teams.models import Team
from tests.factories import AssetFactory
from tests.publishing.conftest import carry_on, run_open_jobs
from tests.publishing.factories import CONTENT, ChannelFactory, filmed
from tests.publishing.scripted import Scripted

pytestmark = [pytest.mark.django_db, pytest.mark.spec("TEM-06", "PUB-14")]


@pytest.fixture
def post(team: Team, alice: User, bob: User, platform: Scripted) -> Post:
    """Bob's draft in a team that wants posts approved."""
    set_rules(team=team, kinds=["publishing.post"], actor=alice)
    return create_post(
        team=team, actor=bob, title="Bees", video=filmed(team), connections=[ChannelFactory(team=team)]
    )


def planned(post: Post, bob: User) -> Approval:
    schedule(post, timezone.now() + timedelta(hours=1), "UTC", bob)
    return Approval.objects.get(status=ApprovalStatus.WAITING)


def state(post: Post) -> tuple[str, list[str]]:
    post.refresh_from_db()
    return post.status, list(post.targets.values_list("status", flat=True))


AWAITING = (PostStatus.AWAITING_APPROVAL, [TargetStatus.DRAFT])
SCHEDULED = (PostStatus.SCHEDULED, [TargetStatus.SCHEDULED])


def test_post_waits_until_somebody_else_approves_it(
    post: Post, alice: User, bob: User, clock: time_machine.Traveller
) -> None:
    approval = planned(post, bob)
    assert (state(post), approval.asked_by, approval.title) == (AWAITING, bob, "Bees")
    clock.shift(timedelta(hours=2))
    assert ledger.claim_due() == []
    decide(approval=approval, approve=True, actor=alice)
    carry_on(clock, post.targets.get())
    assert state(post) == (PostStatus.PUBLISHED, [TargetStatus.PUBLISHED])


def test_declined_post_is_a_draft_again(post: Post, alice: User, bob: User, platform: Scripted) -> None:
    decide(approval=planned(post, bob), approve=False, actor=alice, reason="Wasps, not bees.")
    assert state(post) == (PostStatus.DRAFT, [TargetStatus.DRAFT])
    assert platform.calls == []


def test_question_that_nobody_answers_lets_nothing_out(
    post: Post, bob: User, clock: time_machine.Traveller
) -> None:
    planned(post, bob)
    clock.shift(timedelta(days=15))
    assert expire_due() == 1
    assert state(post) == (PostStatus.DRAFT, [TargetStatus.DRAFT])


def other_words(post: Post, bob: User) -> None:
    edit_post(post, bob, text="Wasps.")


def other_channel(post: Post, bob: User) -> None:
    edit_post(
        post,
        bob,
        connections=[*(t.connection for t in post.targets.all()), ChannelFactory(team=post.team)],
    )


def other_time(post: Post, bob: User) -> None:
    schedule(post, timezone.now() + timedelta(hours=5), "UTC", bob)


def at_once(post: Post, bob: User) -> None:
    publish_now(post, bob)


def other_override(post: Post, bob: User) -> None:
    edit_post(post, bob, overrides={post.targets.get().connection_id: {"privacy": "private"}})


@pytest.mark.parametrize("change", [other_words, other_channel, other_time, at_once, other_override])
def test_after_a_change_it_is_asked_anew(
    post: Post, alice: User, bob: User, change: Callable[[Post, User], None]
) -> None:
    decide(approval=planned(post, bob), approve=True, actor=alice)
    assert state(post) == SCHEDULED
    change(post, bob)
    assert state(post)[0] == PostStatus.AWAITING_APPROVAL
    asked = Approval.objects.get(status=ApprovalStatus.WAITING)
    assert asked.fingerprint == fingerprint(post)
    decide(approval=asked, approve=True, actor=alice)
    assert state(post)[0] == PostStatus.SCHEDULED


def test_exchanged_file_does_not_go_out_as_the_approved_one(
    post: Post, alice: User, bob: User, clock: time_machine.Traveller, platform: Scripted
) -> None:
    """The very bytes are what was approved: asked again at the moment it goes out."""
    decide(approval=planned(post, bob), approve=True, actor=alice)
    other: Asset = AssetFactory(team=post.team, content=b"other pictures", content_type="video/mp4")
    post.targets.update(asset=other)
    clock.shift(timedelta(hours=2))
    ledger.claim_due()
    run_open_jobs()
    assert (state(post), platform.calls) == (AWAITING, [])
    decide(approval=Approval.objects.get(status=ApprovalStatus.WAITING), approve=True, actor=alice)
    carry_on(clock, post.targets.get())
    assert [upload.size for upload in platform.uploads] == [len(b"other pictures")]


def test_mended_copy_that_follows_from_nothing_that_was_approved_is_left_out(
    post: Post, alice: User, bob: User, clock: time_machine.Traveller, platform: Scripted
) -> None:
    decide(approval=planned(post, bob), approve=True, actor=alice)
    other: Asset = AssetFactory(team=post.team, content=b"other pictures", content_type="video/mp4")
    post.targets.update(repaired=other, repair_key="0" * 64)
    clock.shift(timedelta(hours=2))
    carry_on(clock, post.targets.get())
    assert [upload.size for upload in platform.uploads] == [len(CONTENT)]
    assert post.targets.get().repaired is None


def test_rule_that_comes_later_holds_what_is_planned(
    team: Team, alice: User, bob: User, platform: Scripted, clock: time_machine.Traveller
) -> None:
    post = create_post(
        team=team, actor=bob, title="Bees", video=filmed(team), connections=[ChannelFactory(team=team)]
    )
    schedule(post, timezone.now() + timedelta(minutes=5), "UTC", bob)
    set_rules(team=team, kinds=["publishing.post"], actor=alice)
    clock.shift(timedelta(minutes=6))
    ledger.claim_due()
    run_open_jobs()
    assert (state(post), platform.calls) == (AWAITING, [])


def test_retry_and_a_move_by_the_platform_need_no_second_yes(
    post: Post, alice: User, bob: User, clock: time_machine.Traveller
) -> None:
    decide(approval=planned(post, bob), approve=True, actor=alice)
    Target.objects.update(due_at=timezone.now() + timedelta(days=1), moved_reason="Quota.")
    carry_on(clock, post.targets.get())
    assert state(post) == (PostStatus.PUBLISHED, [TargetStatus.PUBLISHED])


def test_nobody_is_asked_about_a_cancelled_post_any_more(post: Post, alice: User, bob: User) -> None:
    approval = planned(post, bob)
    cancel(post, bob)
    with pytest.raises(ApprovalError, match="withdrawn meanwhile"):
        decide(approval=approval, approve=True, actor=alice)
    assert state(post) == (PostStatus.CANCELLED, [TargetStatus.CANCELLED])


def test_decision_and_edit_at_the_same_moment_wait_for_each_other(
    transactional_db: None, valkey: Redis, alice: User, bob: User, post: Post
) -> None:
    approval = planned(post, bob)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            lock_post(post.pk)  # as an edit does first
            decided = pool.submit(decide_apart, approval, alice)
            wait_until_somebody_waits()
            Approval.objects.select_for_update(nowait=True).get(pk=approval.pk)  # as it asks anew next
        decided.result(20)
    post.refresh_from_db()
    assert post.status == PostStatus.SCHEDULED


def decide_apart(approval: Approval, actor: User) -> None:
    try:
        decide(approval=approval, approve=True, actor=actor)
    finally:
        connection.close()


def wait_until_somebody_waits() -> None:
    end = time.monotonic() + 10
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
            assert time.monotonic() < end, "nobody waits for the post"
