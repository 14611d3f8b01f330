"""Review: comments beside the player, for the team and for guests with a link (LIB-11)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core.limits import limited
from apps.core.pages import answer
from apps.library import queries, services
from apps.library.errors import LibraryError
from apps.library.forms.review import CommentForm, GuestCommentForm, LinkForm
from apps.library.models import AssetKind, Video
from apps.library.queries import Contents
from apps.library.review.links import address_of, open_link, token_of
from apps.library.review.models import ReviewComment, ReviewLink
from apps.library.review.threads import threads
from apps.library.serving import serve
from apps.library.views.video import SHAPES, find_video, watching
from apps.teams.access import TeamRequest, member_of_team
from apps.teams.roles import Permission

SHOWN_TO_GUESTS = (AssetKind.RENDITION, AssetKind.CAPTION)


def marks_of(contents: Contents) -> list[str]:
    """The checksums of the files that can be looked at now."""
    return [asset.file.sha256 for asset in contents.renditions]


@require_http_methods(["GET", "POST"])
@member_of_team(Permission.VIEW_STUDIO)
def review(request: TeamRequest, video_id: UUID) -> HttpResponse:
    """The player with everything that was said; a new comment is sent here too."""
    video = find_video(request, video_id)
    context = watching(request, video)
    form = CommentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _say(request, video, context, form)
        except LibraryError as error:
            form.add_error(error.field or "text", error.message)
        else:
            if not request.htmx:
                return redirect("library:review", request.team.slug, video.pk)
            form = CommentForm()
    status = 422 if form.is_bound else 200
    return _page(request, video, context, form, status=status)


def _say(request: TeamRequest, video: Video, context: dict[str, Any], form: CommentForm) -> None:
    playing = context["playing"]
    services.add_comment(
        video,
        text=form.cleaned_data["text"],
        at_s=form.cleaned_data["at"],
        author=request.user,
        parent=_parent(request, video),
        file_mark=playing.file.sha256 if playing else "",
    )


def _parent(request: HttpRequest, video: Video) -> ReviewComment | None:
    """The comment that is replied to."""
    asked = request.POST.get("parent", "")
    if not asked:
        return None
    found = video.review_comments.filter(pk=asked, parent=None).first() if _is_id(asked) else None
    if found is None:
        raise LibraryError("This comment is gone. Look at the others again.", field="text")
    return found


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _page(
    request: TeamRequest, video: Video, context: dict[str, Any], form: CommentForm, *, status: int = 200
) -> HttpResponse:
    now = timezone.now()
    links = ReviewLink.objects.in_team(request.team).filter(video=video).select_related("created_by")
    shown = threads(video, marks_of(context["contents"]))
    replying = {str(one.comment.pk) for one in shown} & {request.POST.get("parent", "")}
    context |= {
        "form": form,
        "replying": next(iter(replying), "") if form.errors else "",
        "threads": shown,
        "links": [(link, address_of(link), link.is_open(now)) for link in links[:40]],
        "link_form": LinkForm(),
    }
    part = "player" if request.htmx.target == "watch" else "comments"
    return answer(request, "library/review.html", context, partial=part, status=status)


def _comment(request: TeamRequest, comment_id: UUID) -> ReviewComment:
    found = ReviewComment.objects.in_team(request.team).filter(video__deleted_at=None)
    return get_object_or_404(found.select_related("video", "team"), pk=comment_id)


def _comments_again(request: TeamRequest, video: Video) -> HttpResponse:
    if not request.htmx:
        return redirect("library:review", request.team.slug, video.pk)
    return _page(request, video, watching(request, video), CommentForm())


@require_POST
@member_of_team(Permission.EDIT_LIBRARY)
def resolve(request: TeamRequest, comment_id: UUID) -> HttpResponse:
    """Settle a thread, or open it again (`open`)."""
    comment = _comment(request, comment_id)
    services.resolve_comment(comment, resolved="open" not in request.POST, actor=request.user)
    return _comments_again(request, comment.video)


@require_POST
@member_of_team(Permission.EDIT_LIBRARY)
def delete_comment(request: TeamRequest, comment_id: UUID) -> HttpResponse:
    comment = _comment(request, comment_id)
    services.delete_comment(comment, actor=request.user)
    return _comments_again(request, comment.video)


@require_POST
@member_of_team(Permission.EDIT_LIBRARY)
def create_link(request: TeamRequest, video_id: UUID) -> HttpResponse:
    """A link for a guest."""
    video = find_video(request, video_id)
    form = LinkForm(request.POST)
    if form.is_valid():
        try:
            link = services.create_link(video, actor=request.user, **form.cleaned_data)
        except LibraryError as error:
            messages.error(request, error.message)
        else:
            messages.success(
                request, f"The link for {link.name} stands under “Links for guests”: copy it and send it."
            )
    else:
        messages.error(request, "Say for whom the link is, and for how long.")
    return redirect("library:review", request.team.slug, video.pk)


@require_POST
@member_of_team(Permission.EDIT_LIBRARY)
def revoke_link(request: TeamRequest, link_id: UUID) -> HttpResponse:
    """Take a link back: it opens nothing from now on."""
    found = ReviewLink.objects.in_team(request.team).select_related("video", "team")
    link = get_object_or_404(found, pk=link_id)
    services.revoke_link(link, actor=request.user)
    messages.success(request, f"The link for {link.name} opens nothing any more.")
    return redirect("library:review", request.team.slug, link.video_id)


def _guest_link(token: str) -> ReviewLink:
    """Raises Http404 for a link that is no link of ours, has ended or was taken back: they look the same."""
    link = open_link(token, timezone.now())
    if link is None:
        raise Http404("This link is not open")
    return link


@never_cache
@require_http_methods(["GET", "POST"])
@limited("library.guest_comment", limit=20, window_s=3600)
def guest_page(request: HttpRequest, token: str) -> HttpResponse:
    """What a guest sees: the video, and what was said through this link. Nothing else of the team."""
    link = _guest_link(token)
    contents = queries.contents(link.video)
    playing = contents.rendition(request.GET.get("format", ""))
    form = GuestCommentForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and link.may_comment:
        data = form.cleaned_data
        try:
            services.add_comment(
                link.video, text=data["text"], at_s=data["at"], guest_name=data["name"], link=link,
                parent=_parent(request, link.video), file_mark=playing.file.sha256 if playing else "",
            )  # fmt: skip
        except LibraryError as error:
            form.add_error(error.field or "text", error.message)
        else:
            return redirect("review:page", token)
    if request.method == "GET":
        services.note_opening(link)
    return _guest_answer(request, link, contents, form)


def _guest_answer(
    request: HttpRequest, link: ReviewLink, contents: Contents, form: GuestCommentForm
) -> HttpResponse:
    token = token_of(link)
    playing = contents.rendition(request.GET.get("format", ""))

    def address(asset: Any) -> str:
        return reverse("review:file", args=[token, asset.pk])

    context = {
        "link": link,
        "video": link.video,
        "form": form,
        "playing": playing,
        "source": address(playing) if playing else "",
        "formats": [asset.format for asset in contents.renditions if asset.format],
        "shape": SHAPES.get(playing.format, "") if playing else "",  # type: ignore[call-overload]
        "tracks": [(address(track), track.language or link.video.language) for track in contents.tracks],
        "threads": threads(link.video, marks_of(contents), link=link),
    }
    response = answer(request, "library/guest.html", context, status=422 if form.errors else 200)
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = (
        "same-origin"  # the link stays here; with none at all, forms come from nowhere
    )
    return response


@require_safe
def guest_file(request: HttpRequest, token: str, asset_id: UUID) -> HttpResponseBase:
    """A rendition or the captions of the link's video, as long as the link is open."""
    link = _guest_link(token)
    found = link.video.assets.filter(kind__in=SHOWN_TO_GUESTS).select_related("file", "video")
    response = serve(request, get_object_or_404(found, pk=asset_id))
    response["Referrer-Policy"] = "no-referrer"
    return response
