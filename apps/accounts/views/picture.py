"""The person's picture: changed on the profile, shown to those who share a team."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_POST

from apps.accounts import pictures, services
from apps.accounts.errors import AccountError
from apps.accounts.queries import person_seen_by
from apps.accounts.requests import PersonRequest
from apps.core.limits import by_person, limited


@limited("accounts.picture", limit=20, window_s=600, by=by_person)
@require_POST
@login_required
def change_picture(request: PersonRequest) -> HttpResponse:
    file = request.FILES.get("picture")
    if "remove" in request.POST:
        services.remove_picture(user=request.user)
        messages.success(request, _("Your picture was removed."))
    elif file is None:
        messages.warning(request, _("Choose a picture first."))
    elif (file.size or 0) > pictures.LARGEST_BYTES:
        messages.warning(request, _("This picture is too large: use one of at most 10 MB."))
    else:
        try:
            services.change_picture(user=request.user, file=file)
        except AccountError as error:
            messages.warning(request, error.message)
        else:
            messages.success(request, _("Your picture was changed."))
    return redirect("accounts:profile")


@require_GET
@login_required
@cache_control(private=True, max_age=86400)
def picture(request: PersonRequest, user_id: UUID) -> HttpResponseBase:
    """Of oneself and of those in one's teams; the address changes with the picture."""
    person = person_seen_by(request.user, user_id)
    if person is None or not person.avatar or not default_storage.exists(person.avatar):
        raise Http404("No such picture")
    return FileResponse(default_storage.open(person.avatar), content_type="image/webp")
