"""What the public sees at the platforms: accounts with what they published, and a page to watch each of it."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.sandbox import pictures, queries, serving
from apps.sandbox.models import Account, Video
from apps.sandbox.registry import stand_ins

SHOWN = 50


@require_safe
def account(request: HttpRequest, account_id: str) -> HttpResponse:
    """An account as anybody finds it."""
    one = queries.account(account_id)
    if one is None:
        raise Http404
    videos = queries.public_videos(account=one)[:SHOWN]
    context = {"account": one, "videos": videos, "stand_in": stand_ins()[one.platform]}
    return render(request, "sandbox/account.html", context)


@require_safe
def watch(request: HttpRequest, video_id: str) -> HttpResponse:
    """A published video, with its comments."""
    one = _public(video_id)
    context = {
        "video": one,
        "views": queries.views(one),
        "comments": queries.shown_comments(one),
        "thumbnail": one.attachments.filter(role="thumbnail").exists(),
        "stand_in": stand_ins()[one.account.platform],
    }
    return render(request, "sandbox/watch.html", context)


@require_safe
def file(request: HttpRequest, video_id: str) -> HttpResponseBase:
    """The very bytes that were uploaded."""
    one = _public(video_id)
    return serving.serve(request, one.file, one.content_type or "video/mp4")


@require_safe
def thumbnail(request: HttpRequest, video_id: str) -> HttpResponseBase:
    """The newest thumbnail that was set, or a drawn one."""
    one = queries.any_video(video_id)
    if one is None:
        raise Http404
    newest = one.attachments.filter(role="thumbnail").last()
    if newest is None:
        return HttpResponse(pictures.plate(one.account.name, wide=True), content_type="image/svg+xml")
    return serving.serve(request, newest.file, newest.content_type)


@require_safe
def picture(request: HttpRequest, account_id: str) -> HttpResponse:
    """An account's picture: its initial."""
    one: Account | None = queries.account(account_id)
    name = one.name if one else "?"
    return HttpResponse(pictures.plate(name, wide=False), content_type="image/svg+xml")


def _public(video_id: str) -> Video:
    """What may be watched by whoever has its link."""
    one = queries.any_video(video_id)
    if one is None or not queries.can_be_watched(one):
        raise Http404
    return one
