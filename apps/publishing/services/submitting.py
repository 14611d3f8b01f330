"""What the composer sends, all of it or nothing: the words, the channels, and when it goes out (PUB-01, PUB-04)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.accounts.models import User
from apps.connections.models import Connection
from apps.publishing import clock
from apps.publishing.errors import PublishingError
from apps.publishing.models import Post, PostStatus
from apps.publishing.services import posts, slots
from apps.publishing.services.fingerprints import fingerprint
from apps.publishing.services.locking import lock_post
from apps.teams.models import Team

CHANGED_MEANWHILE = (
    "This post was changed while you were writing, here or by somebody else. Look at it in another tab; "
    "saving once more puts yours in its place."
)
CHANGEABLE = (PostStatus.DRAFT, PostStatus.AWAITING_APPROVAL, PostStatus.SCHEDULED)


@dataclass(frozen=True)
class At:
    """A time on the clock of a zone; `fold` as in apps.publishing.clock."""

    local: datetime
    zone: str
    fold: int = 0


@dataclass(frozen=True)
class Submission:
    """`changes` are the fields of the post; None leaves its words alone. `at` is when it goes out: a time, "now",
    "queue" for the next free time, or "" for a draft (a post that is planned already keeps its time). `note` is for
    whoever approves it. `seen` is the fingerprint of the post that the person began from; "" asks for none."""

    connections: Sequence[Connection] = ()
    changes: Mapping[str, Any] | None = None
    overrides: Mapping[UUID, Mapping[str, Any]] = field(default_factory=dict)
    at: At | str = ""
    note: str = ""
    seen: str = ""


@transaction.atomic
def submit_new(submission: Submission, *, team: Team, actor: User | None, ref: UUID) -> Post:
    """A new post of this id. Sent twice, it is one post: the second time changes the first's, if that has not begun to
    go out."""
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    known: Post | None = Post.objects.filter(pk=ref).first()
    if known is not None and known.team_id != team.pk:
        raise PublishingError("This form can't be used here. Begin a new post.")
    if known is not None:
        return submit_edit(known, submission, actor=actor) if known.status in CHANGEABLE else known
    post = posts.create_post(
        team=team,
        actor=actor,
        ref=ref,
        connections=submission.connections,
        overrides=submission.overrides,
        **(submission.changes or {}),
    )
    return _plan(post, submission, actor)


@transaction.atomic
def submit_edit(post: Post, submission: Submission, *, actor: User | None) -> Post:
    """The changed post, planned anew where its time is another one. Raises PublishingError where somebody else changed
    it since the person began."""
    if submission.seen and fingerprint(lock_post(post.pk)) != submission.seen:
        raise PublishingError(CHANGED_MEANWHILE, field="seen")
    changed = posts.edit_post(
        post,
        actor,
        connections=submission.connections,
        overrides=submission.overrides,
        note=submission.note,
        **(submission.changes or {}),
    )
    if isinstance(submission.at, At) and _keeps_time(changed, submission.at):
        return changed
    return _plan(changed, submission, actor)


def _keeps_time(post: Post, at: At) -> bool:
    planned = post.status in (PostStatus.SCHEDULED, PostStatus.AWAITING_APPROVAL)
    return planned and post.zone == at.zone and post.due_at == clock.moment(at.local, at.zone, fold=at.fold)


def _plan(post: Post, submission: Submission, actor: User | None) -> Post:
    at, note = submission.at, submission.note
    if isinstance(at, At):
        return posts.schedule(post, at.local, at.zone, actor, fold=at.fold, note=note)
    if at == "queue":
        return slots.take_next(post, actor, note=note)
    return posts.publish_now(post, actor, note=note) if at == "now" else post
