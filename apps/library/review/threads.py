"""Comments as pages show them: threads in the order of the video's time, each with its replies."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from apps.library.models import Video
from apps.library.review.models import ReviewComment, ReviewLink

MOST = 500
PINNED = 50


@dataclass(frozen=True)
class Thread:
    """A comment and the replies to it. `is_old`: it was made on an earlier file of the video."""

    comment: ReviewComment
    replies: list[ReviewComment] = field(default_factory=list)
    is_old: bool = False


def threads(video: Video, marks: Iterable[str], *, link: ReviewLink | None = None) -> list[Thread]:
    """The threads of a video by its time, those about the whole of it first.

    `marks` are the checksums of its present files. For a guest only those that came through their link: what the team
    says among itself is not shown.
    """
    found = ReviewComment.objects.filter(video=video).select_related("author", "link", "resolved_by")
    rows = list(found.order_by("created_at", "id")[: MOST * 4])
    replies: dict[object, list[ReviewComment]] = defaultdict(list)
    for row in rows:
        if row.parent_id is not None:
            replies[row.parent_id].append(row)
    present = set(marks)
    shown = [row for row in rows if row.parent_id is None and (link is None or row.link_id == link.pk)]
    shown.sort(key=lambda row: (row.at_s is not None, row.at_s or 0.0, row.created_at))
    return [
        Thread(row, replies[row.pk], bool(row.file_mark) and row.file_mark not in present) for row in shown
    ]


def open_count(video: Video) -> int:
    """How many comments wait to be resolved."""
    return ReviewComment.objects.filter(video=video, parent=None, resolved_at=None).count()


def pinned(video: Video) -> list[ReviewComment]:
    """What waits to be resolved at a moment of the video, in its order."""
    found = ReviewComment.objects.filter(video=video, parent=None, resolved_at=None).exclude(at_s=None)
    return list(found.order_by("at_s", "created_at")[:PINNED])
