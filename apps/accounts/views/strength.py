"""The meter beside a new password."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from apps.accounts.passwords import judge
from apps.core.limits import limited


@never_cache
@sensitive_post_parameters()
@limited("accounts.strength", limit=200, window_s=60)
@require_POST
def password_strength(request: HttpRequest) -> HttpResponse:
    """What the policy says of the password so far. Nothing of it is kept or logged."""
    user = request.user
    email = user.email if user.is_authenticated else request.POST.get("email", "")
    name = user.display_name if user.is_authenticated else request.POST.get("display_name", "")
    password = request.POST.get("password1", "")[:500]
    strength = judge(password, email=email, display_name=name) if password else None
    return render(request, "accounts/_strength.html", {"strength": strength})
