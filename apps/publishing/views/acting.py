"""What people do with a post from its page: each is one call of a service, answered with the page as it is then."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from apps.core.errors import UserError
from apps.core.pages import answer, wants_partial
from apps.publishing import clock
from apps.publishing.forms.published import PublishedForm
from apps.publishing.forms.when import WhenForm
from apps.publishing.models import Post, PostStatus, Target
from apps.publishing.services import posts as services
from apps.publishing.views.posts import fetch, show
from apps.teams.access import TeamRequest, member_of_team
from apps.teams.roles import Permission


def _act(request: TeamRequest, post_id: UUID, act: Callable[[Post], object], words: str) -> HttpResponse:
    """Do it and say so; or say why not. Either way the page of the post follows."""
    post = fetch(request, post_id)
    try:
        act(post)
    except UserError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, words)
    if wants_partial(request):
        return show(request, fetch(request, post_id))
    return redirect("publishing:post", request.team.slug, post_id)


@require_POST
@member_of_team(Permission.EDIT_POSTS)
def publish_now(request: TeamRequest, post_id: UUID) -> HttpResponse:
    def act(post: Post) -> None:
        services.publish_now(post, request.user)

    return _act(request, post_id, act, "It goes out now.")


@require_POST
@member_of_team(Permission.EDIT_POSTS)
def cancel(request: TeamRequest, post_id: UUID) -> HttpResponse:
    def act(post: Post) -> None:
        services.cancel(post, request.user)

    return _act(request, post_id, act, "It was called off. It can be scheduled again at any time.")


@require_POST
@member_of_team(Permission.EDIT_POSTS)
def discard(request: TeamRequest, post_id: UUID) -> HttpResponse:
    """Remove a draft for good."""
    post = fetch(request, post_id)
    try:
        services.discard(post, request.user)
    except UserError as error:
        messages.error(request, error.message)
        return redirect("publishing:post", request.team.slug, post_id)
    messages.success(request, f"“{post}” was discarded.")
    return redirect("publishing:posts", request.team.slug)


@require_http_methods(["GET", "POST"])
@member_of_team(Permission.EDIT_POSTS)
def schedule(request: TeamRequest, post_id: UUID) -> HttpResponse:
    """When it goes out: as a page, or in the dialog of another one."""
    post = fetch(request, post_id)
    form = when_form(request, post)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        try:
            done = services.schedule(post, data["due_at"], data["zone"], request.user, fold=form.chosen_fold)
        except UserError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, _scheduled(done))
            return _to_page(request, post.pk)
    status = 422 if form.is_bound else 200
    return answer(
        request, "publishing/schedule.html", {"post": post, "form": form}, partial="form", status=status
    )


def when_form(request: TeamRequest, post: Post) -> WhenForm:
    """The time that the post has, or what was sent for another one."""
    zone = post.zone if post.due_at else request.team.time_zone
    local = clock.on_clock(post.due_at, zone) if post.due_at else None
    fold = str(post.due_at.astimezone(clock.zone_of(zone)).fold) if post.due_at else ""
    initial = {"due_at": local, "zone": zone, "fold": fold}
    return WhenForm(request.POST if request.method == "POST" else None, initial=initial)


def _scheduled(post: Post) -> str:
    if post.status == PostStatus.AWAITING_APPROVAL:
        return "It goes out once it is approved. Whoever decides was asked."
    at = clock.on_clock(post.due_at, post.zone) if post.due_at else None
    return f"It goes out on {at:%-d %B at %H:%M} ({post.zone})." if at else "It is scheduled."


def _to_page(request: TeamRequest, post_id: UUID) -> HttpResponse:
    address = reverse("publishing:post", args=[request.team.slug, post_id])
    if wants_partial(request):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)


def _target(request: TeamRequest, target_id: UUID) -> Target:
    rows = Target.objects.in_team(request.team).select_related(
        "post__team", "post__video", "connection", "team"
    )
    found: Target = get_object_or_404(rows.defer("connection__picture", "progress"), pk=target_id)
    return found


@require_POST
@member_of_team(Permission.EDIT_POSTS)
def retry(request: TeamRequest, target_id: UUID) -> HttpResponse:
    """Send what failed again (PUB-05)."""
    target = _target(request, target_id)

    def act(post: Post) -> None:
        services.retry_target(target, request.user)

    return _act(request, target.post_id, act, f"{target.connection} is tried again.")


@require_http_methods(["GET", "POST"])
@member_of_team(Permission.EDIT_POSTS)
def edit_published(request: TeamRequest, target_id: UUID) -> HttpResponse:
    """Change the words of what is out already, where the platform allows it (PUB-10)."""
    target = _target(request, target_id)
    form = PublishedForm(request.POST if request.method == "POST" else None, target=target)
    if form.is_bound and form.is_valid():
        changes = form.changes()
        if not changes:
            messages.info(request, "Nothing was changed.")
            return _to_page(request, target.post_id)
        try:
            services.edit_published(target, request.user, **changes)
        except UserError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, f"{target.connection} is asked to change it.")
            return _to_page(request, target.post_id)
    context = {"target": target, "post": target.post, "form": form}
    status = 422 if form.is_bound else 200
    return answer(request, "publishing/edit_published.html", context, partial="form", status=status)


@require_http_methods(["GET", "POST"])
@member_of_team(Permission.EDIT_POSTS)
def delete_published(request: TeamRequest, target_id: UUID) -> HttpResponse:
    """Ask once more, then let the platform take it down (PUB-10)."""
    target = _target(request, target_id)
    if request.method == "POST":

        def act(post: Post) -> None:
            services.delete_published(target, request.user)

        return _act(request, target.post_id, act, f"{target.connection} is asked to take it down.")
    context = {"target": target, "post": target.post}
    return answer(request, "publishing/delete_published.html", context, partial="form")
