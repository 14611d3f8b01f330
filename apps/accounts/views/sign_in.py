"""allauth's own pages behind doors of ours: guesses are limited, and what changes an account wants a fresh proof."""

from allauth.account import views as allauth
from allauth.socialaccount import views as socialaccount
from django.http import HttpRequest, HttpResponse

from apps.accounts.access import fresh_second_factor
from apps.accounts.services import sign_ins
from apps.accounts.sign_in_attempts import attempt_of
from apps.core.limits import too_many


def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page; while an account or a network is locked, no password is looked at."""
    if request.method == "POST":
        verdict = sign_ins.may_try(attempt_of(request, request.POST.get("login", "")))
        if not verdict.allowed:
            return too_many(request, verdict)
    response: HttpResponse = allauth.login(request)
    return response


email = fresh_second_factor(allauth.email)
connections = fresh_second_factor(socialaccount.connections)
