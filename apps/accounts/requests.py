"""The type of a request whose sender has signed in."""

from django.http import HttpRequest

from apps.accounts.models import User


class PersonRequest(HttpRequest):
    """What a view behind `login_required` gets."""

    user: User
