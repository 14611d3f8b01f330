"""The list of posts, and one of them in detail (PUB-03)."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET

from apps.approvals import services as approvals
from apps.approvals.forms import DecisionForm
from apps.approvals.models import Approval
from apps.core.pages import answer, ordering, paginate
from apps.publishing import clock, queries
from apps.publishing.approvals import POST
from apps.publishing.details import rows_of
from apps.publishing.forms.filters import PostFilterForm
from apps.publishing.models import Post, PostStatus, TargetStatus
from apps.publishing.queries import PostFilter
from apps.teams.access import TeamRequest, member_of_team
from apps.teams.roles import Permission

PER_PAGE = 25
SORTS = {"made": "created_at", "due": "due_at"}
SORT_WORDS = [("-made", "Newest"), ("made", "Oldest"), ("-due", "Latest date"), ("due", "Earliest date")]
OPEN = (TargetStatus.DRAFT, TargetStatus.SCHEDULED, TargetStatus.CANCELLED, TargetStatus.FAILED)


@require_GET
@member_of_team(Permission.VIEW_STUDIO)
def post_list(request: TeamRequest) -> HttpResponse:
    wanted = PostFilterForm(request.GET).wanted()
    found = queries.posts(request.team, wanted, order=ordering(request, SORTS, default="-created_at"))
    page = paginate(request, found.defer(*queries.NOT_SHOWN), per_page=PER_PAGE)
    query = request.GET.urlencode()
    address = reverse("publishing:posts", args=[request.team.slug])
    context = {
        "page": page,
        "cards": queries.cards(request.team, page.object_list),
        "filtered": wanted != PostFilter(),
        "here": f"{address}?{query}" if query else address,
        "statuses": PostStatus.choices,
        "channels": queries.channels_with_posts(request.team),
        "sorts": SORT_WORDS,
        "tab": "posts",
    }
    return answer(request, "publishing/list.html", context, partial="list")


@require_GET
@member_of_team(Permission.VIEW_STUDIO)
def post_page(request: TeamRequest, post_id: UUID) -> HttpResponse:
    """One post, channel by channel; its parts follow what happens."""
    return show(request, fetch(request, post_id))


def fetch(request: TeamRequest, post_id: UUID) -> Post:
    """A post of the team, or 404."""
    rows = Post.objects.in_team(request.team).select_related("team", "video", "created_by", "thumbnail")
    post: Post = get_object_or_404(rows, pk=post_id)
    return post


def show(request: TeamRequest, post: Post, *, status: int = 200) -> HttpResponse:
    """The page of a post as it is now, or the part of it that changes."""
    return answer(request, "publishing/post.html", _page(request, post), partial="body", status=status)


def _page(request: TeamRequest, post: Post) -> dict[str, Any]:
    rows = rows_of(post)
    statuses = {row.target.status for row in rows}
    may_edit = request.membership.may(Permission.EDIT_POSTS)
    busy = bool(statuses & {TargetStatus.PUBLISHING, TargetStatus.WAITING})
    return {
        "post": post,
        "card": queries.cards(request.team, [post])[0],
        "rows": rows,
        "triggers": _triggers(post, rows),
        "due_words": f"{clock.on_clock(post.due_at, post.zone):%A, %-d %B %Y, %H:%M}" if post.due_at else "",
        "may_edit": may_edit,
        "can_change": may_edit and not busy,
        "can_plan": may_edit and not busy and bool(statuses & set(OPEN)),
        "can_move": may_edit and post.status in (PostStatus.SCHEDULED, PostStatus.AWAITING_APPROVAL),
        "can_cancel": may_edit and post.status != PostStatus.DRAFT and _can_cancel(rows),
        "can_discard": may_edit and not any(row.tries for row in rows) and not busy and not _is_out(rows),
        **_approval(request, post),
    }


def _can_cancel(rows: list[Any]) -> bool:
    return any(
        row.target.status in (TargetStatus.SCHEDULED, TargetStatus.DRAFT)
        or (row.target.status == TargetStatus.WAITING and not row.target.stage)
        for row in rows
    )


def _is_out(rows: list[Any]) -> bool:
    return any(row.target.status in (TargetStatus.PUBLISHED, TargetStatus.DELETED) for row in rows)


def _triggers(post: Post, rows: list[Any]) -> str:
    """The socket's events after which the page is fetched again."""
    names = ("changed", "scheduled", "cancelled", "published", "partly_published", "failed", "due_soon")
    found = [f"post-{name}:{post.pk}" for name in names]
    kinds = ("job-progress", "target-waiting", "target-published", "target-failed", "target-changed")
    found += [f"{kind}:{row.target.pk}" for row in rows for kind in kinds]
    found += ["approval-asked", "approval-decided", "resync"]
    return ", ".join(f"{name} from:body" for name in found)


def _approval(request: TeamRequest, post: Post) -> dict[str, Any]:
    """What was asked about the post and what was answered, the newest first."""
    asked = Approval.objects.in_team(request.team).filter(kind=POST.name, subject_id=str(post.pk))
    rows = list(asked.select_related("asked_by", "decided_by", "team").order_by("-created_at", "-pk")[:10])
    waiting = next((row for row in rows if row.is_waiting), None)
    return {
        "approvals": rows,
        "waiting": waiting,
        "decision": DecisionForm(),
        "may_decide": waiting is not None and approvals.may_decide(waiting, request.user),
        "asked_here": waiting is not None and waiting.asked_by_id == request.user.pk,
    }
