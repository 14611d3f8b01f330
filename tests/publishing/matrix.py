"""The matrix of crashes: which moments there are, a post for each of them, and what came of it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone

from apps.connections.models import Connection
from apps.library.models import Asset
from apps.publishing.models import Post, PostStatus, Target, TargetStatus
from apps.sandbox.models import Comment
from apps.sandbox.models import Video as Published

CLAIMED = "after the claim"
# Each line is a plan: the moments at which workers die, one after the other, on their way with one target.
PLANS: dict[str, str] = {
    "before the claim is committed": "claim.written",
    CLAIMED: "claim.committed",
    "when the job has begun": "job.started",
    "before the first call": "attempt.written",
    "upload opened, answer not read": "begin.sent",
    "upload opened, not saved": "begin.answered",
    "upload opened and saved": "begin.saved",
    "before the first byte": "send.before",
    "inside a chunk": "send.inside",
    "a chunk taken, not saved": "chunk.taken",
    "between two chunks": "chunk.saved",
    "last byte out, answer not read": "send.sent",
    "last byte answered, not saved": "send.answered",
    "upload saved": "send.saved",
    "asked how far it is, not saved": "look.answered",
    "before it is made public": "commit.before",
    "made public, answer not read": "commit.sent",
    "made public, not saved": "commit.answered",
    "made public and saved": "commit.saved",
    "before asking what became of it": "{doubt} settle.before",
    "asked what became of it, not saved": "{doubt} settle.answered",
    "before the first comment": "finish.before",
    "comment made, answer not read": "finish.sent",
    "comment made, not saved": "finish.answered",
    "published, not committed": "end.written",
    "published and committed": "end.committed",
}
DOUBTS = {
    "youtube": "send.answered",
    "tiktok": "send.answered",
    "instagram": "commit.answered",
    "facebook": "commit.answered",
}
SAMPLE = (
    "inside a chunk",
    "last byte out, answer not read",
    "made public, not saved",
    "comment made, answer not read",
)
# Some platforms publish by the last byte and some by a call of its own; Facebook and Instagram take one request; TikTok
# has no comments by programs. On a busy machine several are claimed together, and one death is theirs all.
NOT_EVERYWHERE = (
    CLAIMED,
    "a chunk taken, not saved",
    "between two chunks",
    "before it is made public",
    "made public, answer not read",
    "made public, not saved",
    "made public and saved",
    "comment made, answer not read",
)
CHUNKED = (
    "inside a chunk",
    "a chunk taken, not saved",
    "between two chunks",
    "last byte out, answer not read",
)


@dataclass(frozen=True)
class Case:
    """One post on one platform, and where its workers die."""

    platform: str
    plan: str
    target: Target

    @property
    def words(self) -> str:
        """What only this post says, on every platform."""
        return self.target.post.text

    @property
    def outcome(self) -> str:
        """`published`, `failed`, or what must not be: `lost`, `doubled`, `open`."""
        posts = published_with(self.words)
        comments = Comment.objects.filter(text=self.target.post.first_comment).count()
        if posts > 1 or comments > 1:
            return "doubled"
        if self.target.status == TargetStatus.PUBLISHED:
            return "published" if posts == 1 else "lost"
        if self.target.status == TargetStatus.FAILED:
            return "failed" if posts == 0 and self.target.error else "lost"
        return "open"


def published_with(words: str) -> int:
    """How many posts at the stand-ins have these words and are more than an upload that nobody sees."""
    return Published.objects.filter(text__contains=words, published_at__isnull=False).count()


def plan_round(
    number: int,
    connections: Iterable[Connection],
    plans: Iterable[str],
    small: Asset,
    large: Asset,
    folder: Path,
) -> Iterator[Case]:
    """A planned post for each platform and plan, with its plan in the folder.

    What is due at once is claimed at once, and a worker dies but once: those that die there are due one by one.
    """
    connections = list(connections)
    for plan in plans:
        for place, connection in enumerate(connections):
            alone = number * len(connections) + place + 1 if plan == CLAIMED else 0
            is_large = plan in CHUNKED and connection.platform == "tiktok"
            kind = "short" if connection.platform == "facebook" and number % 2 else "video"
            asset, due_at = large if is_large else small, timezone.now() + timedelta(seconds=4 * alone)
            target = _post(connection, kind, asset, f"{plan}, {number}", due_at)
            moments = PLANS[plan].format(doubt=DOUBTS[connection.platform])
            (folder / str(target.pk)).write_text(moments)
            yield Case(connection.platform, plan, target)


def _post(connection: Connection, kind: str, asset: Asset, name: str, due_at: datetime) -> Target:
    post = Post.objects.create(
        team=connection.team,
        video=asset.video,
        title="Bees",
        kind=kind,
        text=f"{connection.platform}: {name}.",
        first_comment=f"First on {connection.platform}: {name}!",
        status=PostStatus.SCHEDULED,
        due_at=due_at,
    )
    return Target.objects.create(
        team=connection.team,
        post=post,
        connection=connection,
        asset=asset,
        status=TargetStatus.SCHEDULED,
        due_at=post.due_at,
    )


def died(case: Case, folder: Path) -> int:
    """How often a worker was killed on the way of this case."""
    notes = (folder / str(case.target.pk)).with_suffix(".died")
    return len(notes.read_text().splitlines()) if notes.exists() else 0


def table(found: Iterable[Case], folder: Path) -> str:
    """Moments against platforms: how many workers died, and how many posts came out right of how many."""
    cells: dict[tuple[str, str], Counter[str]] = {}
    for case in found:
        cell = cells.setdefault((case.plan, case.platform), Counter())
        cell["killed"] += died(case, folder)
        cell[case.outcome] += 1
    platforms = list(DOUBTS)
    lines = [f"| the worker dies … | {' | '.join(platforms)} |", f"| --- |{' --- |' * len(platforms)}"]
    for plan in PLANS:
        texts = [_cell(cells.get((plan, platform), Counter())) for platform in platforms]
        lines.append(f"| {plan} | {' | '.join(texts)} |")
    return "\n".join(lines)


def _cell(cell: Counter[str]) -> str:
    """`10 killed, 10 published`; a dash where the platform has no such moment."""
    if not cell["killed"]:
        return "–"
    wrong = [f"**{cell[name]} {name}**" for name in ("failed", "lost", "doubled", "open") if cell[name]]
    return ", ".join([f"{cell['killed']} killed, {cell['published']} published", *wrong])
