"""Who wants to sign in, as the request tells it."""

from django.http import HttpRequest

from apps.accounts.devices import COOKIE
from apps.accounts.services.sign_ins import Attempt
from apps.core.limits import by_address


def attempt_of(request: HttpRequest, email: str) -> Attempt:
    return Attempt(email.strip().lower(), by_address(request), request.COOKIES.get(COOKIE))
