"""Posts in every state, for the pages of posts. The library and the channels stand already."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.utils import timezone

from apps.accounts.models import User
from apps.approvals.models import Approval, ApprovalRule
from apps.connections.capabilities import PostKind
from apps.connections.models import Connection
from apps.library.models import Video
from apps.publishing import preflight
from apps.publishing.approvals import POST
from apps.publishing.files import rendition_for
from apps.publishing.models import Attempt, AttemptOutcome, Post, PostStatus, Target, TargetStatus
from apps.publishing.services import posts
from apps.teams.models import Team
from tests.factories import AssetFactory, house_facts

SENTENCE = "TikTok: the file's frame rate is not one that it takes. Choose another file."
TEXT = (
    "The smell of bread takes you back before you know it. We asked a baker, a perfumer and somebody who "
    "studies memory why.\n\nRecipe in the comments."
)


def build_posts(team: Team, person: User) -> dict[str, Any]:
    """Rows for the pages of posts; the names fill their addresses."""
    film = Video.objects.in_team(team).filter(status="ready", run_ref=None).order_by("created_at")[0]
    youtube, tiktok, instagram, facebook = (
        Connection.objects.in_team(team).filter(platform=slug).order_by("created_at")[0]
        for slug in ("youtube", "tiktok", "instagram", "facebook")
    )
    words = {
        "team": team,
        "created_by": person,
        "video": film,
        "text": TEXT,
        "hashtags": ["sourdough", "memory"],
    }
    planned = Post.objects.create(title="Why your sourdough smells like your childhood kitchen", **words)
    for channel in (youtube, tiktok):
        _draft(planned, channel)
    posts.schedule(planned, timezone.now() + timedelta(days=1, hours=3), "Europe/Berlin", person)
    going = _going(words, youtube, tiktok, facebook)
    mixed, out = _mixed(words, youtube, tiktok, instagram)
    fitted = _fitted(words, facebook, youtube)
    Post.objects.create(title="كيف تعمل المنارة", **{**words, "text": "", "video": None})
    return {
        "post_planned": planned.pk,
        "post_going": going.pk,
        "post_mixed": mixed.pk,
        "post_fitted": fitted.pk,
        "target_out": out.pk,
        "post_asked": _asked(team, words, youtube).pk,
    }


def _draft(post: Post, channel: Connection) -> Target:
    file = rendition_for(post.video, channel.platform, PostKind.VIDEO) if post.video else None
    return Target.objects.create(team=post.team, post=post, connection=channel, asset=file)


def _going(words: dict[str, Any], *channels: Connection) -> Post:
    """One is out, one is being sent, one is held back."""
    now = timezone.now()
    post = Post.objects.create(
        title="The harbour at five in the morning", status=PostStatus.PUBLISHING, due_at=now, **words
    )
    facts: tuple[dict[str, Any], ...] = (
        {"status": TargetStatus.PUBLISHED, "published_at": now, "link": "https://www.youtube.com/watch?v=dQw4w9WgXcQ"},
        {
            "status": TargetStatus.PUBLISHING, "stage": "transfer", "share": 0.42,
            "claimed_until": now + timedelta(hours=1),
        },
        {
            "status": TargetStatus.WAITING, "due_at": now + timedelta(hours=1), "held_since": now,
            "wait_reason": "Facebook has a fault at the moment (503). It is tried again.",
        },
    )  # fmt: skip
    for channel, fact in zip(channels, facts, strict=True):
        Target.objects.create(team=post.team, post=post, connection=channel, **fact)
    return post


def _mixed(
    words: dict[str, Any], youtube: Connection, tiktok: Connection, instagram: Connection
) -> tuple[Post, Target]:
    """Published on one, failed on two; one of those says something else."""
    now = timezone.now()
    post = Post.objects.create(
        title="Fünf Minuten Deutsch",
        status=PostStatus.PARTLY_PUBLISHED,
        due_at=now - timedelta(hours=2),
        **words,
    )
    out = Target.objects.create(
        team=post.team, post=post, connection=youtube, status=TargetStatus.PUBLISHED, external_id="x",
        published_at=now - timedelta(hours=2), link="https://www.youtube.com/watch?v=x",
        warnings=["The captions could not be added: YouTube has a fault at the moment (503)."],
    )  # fmt: skip
    lost = Target.objects.create(
        team=post.team, post=post, connection=tiktok, status=TargetStatus.FAILED, error=SENTENCE, attempts_made=1,
        overrides={"text": "Bread is a time machine.", "options": {"comment": True}},
    )  # fmt: skip
    Attempt.objects.create(
        team=post.team, target=lost, number=1, outcome=AttemptOutcome.REJECTED, error=SENTENCE, ended_at=now,
        bytes_sent=48_000_000,
    )  # fmt: skip
    Target.objects.create(
        team=post.team, post=post, connection=instagram, status=TargetStatus.FAILED, error_code="reconnect",
        error="Reconnect Night Kitchen Berlin on Instagram: it does not let us in. Nobody did within a day.",
    )  # fmt: skip
    return post, out


def _fitted(words: dict[str, Any], facebook: Connection, youtube: Connection) -> Post:
    """A short whose file was mended for one channel, and stops on the other: nobody said that it may be cut."""
    post = Post.objects.create(title="Nine lamps above the harbour", kind=PostKind.SHORT.value, **words)
    chosen, made = (AssetFactory(team=post.team, kind=kind, suffix=".mp4") for kind in ("clip", "fitted"))
    before = replace(house_facts(84_000_000), container="mov", video_codec="hevc", width=1440, height=1080)
    long = AssetFactory(team=post.team, kind="clip", suffix=".mp4")
    for asset, facts in (
        (chosen, replace(before, audio_codec="", lufs=None, duration_s=48.0)),
        (made, replace(house_facts(31_000_000), duration_s=48.0, lufs=None)),
        (long, replace(house_facts(840_000_000), duration_s=5400.0)),
    ):
        asset.file.facts_json = facts.to_json()
        asset.file.save()
    due = timezone.now() + timedelta(days=2)
    facts = {"team": post.team, "post": post, "status": TargetStatus.SCHEDULED, "due_at": due}
    target = Target.objects.create(connection=facebook, asset=chosen, repaired=made, **facts)
    target.repair_key = preflight.report(target).key
    target.save()
    Target.objects.create(connection=youtube, asset=long, **facts)
    Post.objects.filter(pk=post.pk).update(status=PostStatus.SCHEDULED, due_at=due)
    return post


def _asked(team: Team, words: dict[str, Any], channel: Connection) -> Post:
    """Another member asks whether it may go out; the rule is gone again, so that other pages do not ask."""
    rule = ApprovalRule.objects.create(team=team, kind=POST.name)
    post = Post.objects.create(title="What lighthouses say to each other", **words)
    _draft(post, channel)
    member = team.members.exclude(pk=words["created_by"].pk).filter(memberships__role="editor")[0]
    posts.schedule(post, timezone.now() + timedelta(days=3), "Europe/Berlin", member)
    rule.delete()
    assert Approval.objects.filter(subject_id=str(post.pk)).exists()
    return post
