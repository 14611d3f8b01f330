"""The composer: a new post, or one that is not out yet; what it will look like is fetched while it is written."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.approvals import services as approvals
from apps.connections.capabilities import Capability
from apps.connections.queries import connections as connections_of
from apps.core.errors import UserError
from apps.core.limits import by_person, limited
from apps.core.pages import answer, paginate
from apps.library import queries as library
from apps.library.cards import cards as video_cards
from apps.library.models import Video, VideoStatus
from apps.publishing import presets
from apps.publishing.approvals import POST
from apps.publishing.evidence import is_made_by_ai, missing_evidence
from apps.publishing.forms.composer import ComposerForm
from apps.publishing.models import AffiliateLink, HashtagPool, Post, PostStatus, TargetStatus
from apps.publishing.previews import previews_of, tightest
from apps.publishing.services import submitting
from apps.publishing.services.fingerprints import fingerprint
from apps.publishing.services.links import short_address
from apps.publishing.views.posts import fetch
from apps.publishing.views.suggesting import suggestions
from apps.teams.access import TeamRequest, member_of_team
from apps.teams.roles import Permission

CHOICE = 24
OFFERED = 12
BUSY = (TargetStatus.PUBLISHING, TargetStatus.WAITING)


@require_http_methods(["GET", "POST"])
@member_of_team(Permission.EDIT_POSTS)
@limited("publishing.compose", by=by_person, limit=300, window_s=3600)
def new(request: TeamRequest) -> HttpResponse:
    """Choose the video first, then write; what is sent is kept as a draft or goes its way."""
    if request.method == "POST":
        form = ComposerForm(request.POST, team=request.team)
        return _submit(request, form, None)
    if "video" not in request.GET and "blank" not in request.GET:
        return _choose(request)
    return _composer(request, ComposerForm(team=request.team, initial=_initial(request)), None)


def _choose(request: TeamRequest) -> HttpResponse:
    """Finished videos, to begin a post with."""
    wanted = library.VideoFilter(text=request.GET.get("q", ""), status=VideoStatus.READY)
    page = paginate(request, library.videos(request.team, wanted), per_page=CHOICE)
    query = QueryDict(mutable=True)
    query.update({name: request.GET[name] for name in ("due", "zone", "channels") if request.GET.get(name)})
    context = {
        "page": page,
        "cards": video_cards(request.team, page.object_list),
        "kept": query.urlencode(),
        "kept_pairs": list(query.items()),
        "filtered": bool(wanted.text),
    }
    return answer(request, "publishing/choose.html", context, partial="list")


def _initial(request: TeamRequest) -> dict[str, Any]:
    given, team = request.GET, request.team
    usable = [str(row.pk) for row in connections_of(team, Capability.PUBLISH) if row.is_usable]
    found: dict[str, Any] = {"connections": presets.channels(team, given.get("channels", ""), usable)}
    found |= presets.of_time(team, given.get("due", ""), given.get("zone", team.time_zone))
    if given.get("video"):
        found |= presets.of_video(_video(request, given["video"]))
    return found


def _video(request: TeamRequest, wanted: str) -> Video:
    """404 for what is no video of the team."""
    try:
        key = UUID(wanted)
    except ValueError:
        key = UUID(int=0)
    return get_object_or_404(Video.objects.in_team(request.team), pk=key)


@require_http_methods(["GET", "POST"])
@member_of_team(Permission.EDIT_POSTS)
def edit(request: TeamRequest, post_id: UUID) -> HttpResponse:
    """Change what is not out yet."""
    post = fetch(request, post_id)
    if post.targets.filter(status__in=BUSY).exists():
        messages.info(request, "This post is being published. It can be changed when that is over.")
        return redirect("publishing:post", request.team.slug, post.pk)
    initial = presets.of_post(post) | {"seen": fingerprint(post)}
    if request.method == "POST":
        return _submit(
            request, ComposerForm(request.POST, team=request.team, post=post, initial=initial), post
        )
    return _composer(request, ComposerForm(team=request.team, post=post, initial=initial), post)


def _submit(request: TeamRequest, form: ComposerForm, post: Post | None) -> HttpResponse:
    """All of it or nothing; what the services refuse is said beside its field."""
    if not form.is_valid():
        return _composer(request, form, post)
    try:
        if post is None:
            ref = form.cleaned_data["ref"]
            done = submitting.submit_new(form.submission(), team=request.team, actor=request.user, ref=ref)
        else:
            done = submitting.submit_edit(post, form.submission(), actor=request.user)
    except UserError as error:
        form.refuse(error.field, error.message)
        return _composer(request, form, post)
    messages.success(request, _said(done))
    return redirect("publishing:post", request.team.slug, done.pk)


def _said(post: Post) -> str:
    words = {
        PostStatus.AWAITING_APPROVAL: "Saved. It goes out once it is approved; whoever decides was asked.",
        PostStatus.SCHEDULED: "Saved. It goes out by itself.",
        PostStatus.PUBLISHING: "It goes out now.",
    }
    return words.get(PostStatus(post.status), "Saved.")


def _composer(request: TeamRequest, form: ComposerForm, post: Post | None) -> HttpResponse:
    status = 422 if form.is_bound else 200
    good = suggestions(request.team, [channel.connection for channel in form.chosen])
    return render(request, "publishing/compose.html", _context(request, form, post) | good, status=status)


def _context(request: TeamRequest, form: ComposerForm, post: Post | None) -> dict[str, Any]:
    video, previews = form.chosen_video, previews_of(form)
    thumbnails = _thumbnails(video)
    return {
        "form": form,
        "post": post,
        "is_planned": post is not None
        and post.status in (PostStatus.SCHEDULED, PostStatus.AWAITING_APPROVAL),
        "needs_approval": approvals.is_required(request.team, POST),
        "chosen": video_cards(request.team, [video])[0] if video else None,
        "videos": _offered(request, video),
        "thumbnails": thumbnails,
        "thumbnail": next((one for one in thumbnails if str(one.pk) == str(form["thumbnail"].value())), None),
        "missing": missing_evidence(video) if video else [],
        "pools": list(HashtagPool.objects.in_team(request.team)[:OFFERED]),
        "short_links": _short_links(request),
        "by_ai": video is not None and is_made_by_ai(video),
        "previews": previews,
        "tight": tightest(previews),
        "shown": request.POST.get("shown", ""),
    }


def _short_links(request: TeamRequest) -> list[dict[str, str]]:
    """The newest affiliate links, to be put into the text."""
    rows = AffiliateLink.objects.in_team(request.team).filter(is_off=False)
    return [{"name": link.name, "short": short_address(link)} for link in rows[:OFFERED]]


def _offered(request: TeamRequest, chosen: Video | None) -> list[Any]:
    """The newest finished videos, the chosen one first."""
    wanted = library.VideoFilter(status=VideoStatus.READY, text=request.POST.get("find", ""))
    rows = list(library.videos(request.team, wanted)[:OFFERED])
    if chosen is not None and chosen not in rows:
        rows = [chosen, *rows]
    return video_cards(request.team, rows)


def _thumbnails(video: Video | None) -> list[Any]:
    return list(video.assets.filter(kind="thumbnail").order_by("position", "pk")[:6]) if video else []


@require_POST
@member_of_team(Permission.EDIT_POSTS)
def preview(request: TeamRequest) -> HttpResponse:
    """What is written now as each platform would show it, against its limits; nothing is kept."""
    post = _known(request)
    initial = presets.of_post(post) if post else None
    form = ComposerForm(request.POST, team=request.team, post=post, initial=initial)
    form.is_valid()
    return render(request, "publishing/compose.html#live", _context(request, form, post) | {"live": True})


def _known(request: TeamRequest) -> Post | None:
    """The post that is being changed; a new one is not there yet."""
    try:
        ref = UUID(request.POST.get("ref", ""))
    except ValueError:
        return None
    found: Post | None = Post.objects.in_team(request.team).select_related("team").filter(pk=ref).first()
    return found


@require_GET
@member_of_team(Permission.EDIT_POSTS)
def find_videos(request: TeamRequest) -> HttpResponse:
    """Other videos for the composer, as choices."""
    wanted = library.VideoFilter(status=VideoStatus.READY, text=request.GET.get("find", ""))
    rows = list(library.videos(request.team, wanted)[:OFFERED])
    context = {"videos": video_cards(request.team, rows), "chosen": None, "form": None}
    return render(request, "publishing/_videos.html", context)
