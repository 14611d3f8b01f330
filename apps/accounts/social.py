"""Signing in with Google, Facebook or Apple, where the operator has set up keys for them (ACC-02).

allauth speaks with them by `requests`; the session that it gets sends everything through the one door to the outside.
"""

from typing import Any
from urllib.parse import urlsplit

import requests
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base.constants import AuthProcess
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from requests.adapters import BaseAdapter

from apps.accounts import factors
from apps.accounts.models import User
from apps.core import http

# What answers of providers hold beside facts about the person: none of it is kept (SOCIALACCOUNT_STORE_TOKENS is off).
TOKENS = frozenset({"access_token", "refresh_token", "id_token", "token_type", "expires_in"})


class SeamTransport(BaseAdapter):
    """What `requests` sends goes through `core.http`: its time limits, its log, its correlation id."""

    def send(self, request: Any, *args: Any, **options: Any) -> requests.Response:
        """Raises requests' own ConnectionError for whatever failed: allauth shows a page for it."""
        parts = urlsplit(request.url)
        origin = f"{parts.scheme}://{parts.netloc}"
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        headers = {name: value for name, value in request.headers.items() if name != "Content-Length"}
        try:
            with http.Client(origin, guard=False) as client:  # addresses are the vendors' or the operator's
                answer = client.request(request.method, path, content=request.body, headers=headers)
        except http.OutsideError as error:
            raise requests.ConnectionError(str(error)) from error
        response = requests.Response()
        response.status_code = answer.status
        response.headers.update(answer.headers)
        response._content = answer.content
        response.url, response.request = request.url, request
        return response

    def close(self) -> None:
        """Nothing is kept open."""


class SocialAdapter(DefaultSocialAccountAdapter):
    def get_requests_session(self) -> requests.Session:
        session = requests.Session()
        session.trust_env = False
        for scheme in ("https://", "http://"):
            session.mount(scheme, SeamTransport())
        return session

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Connecting opens another way into the account: it wants a fresh proof, as every change of a factor does.

        Tokens have done their work by now; else they would wait in the session for the sign-up form.
        """
        sociallogin.token = None
        sociallogin.state.pop("id_token", None)
        if sociallogin.state.get("process") == AuthProcess.CONNECT and not factors.is_fresh(request):
            raise ImmediateHttpResponse(
                redirect(
                    f"{reverse('accounts:confirm')}?{urlencode({'next': reverse('socialaccount_connections')})}"
                )
            )

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> User:
        """Name and address as a proposal: the person sees the sign-up form and may change them."""
        kept = sociallogin.account.extra_data
        sociallogin.account.extra_data = {name: kept[name] for name in kept.keys() - TOKENS}
        user: User = super().populate_user(request, sociallogin, data)
        names = (data.get("first_name"), data.get("last_name"))
        user.display_name = (data.get("name") or " ".join(name for name in names if name))[:80]
        return user

    def get_signup_form_initial_data(self, sociallogin: Any) -> dict[str, Any]:
        initial: dict[str, Any] = super().get_signup_form_initial_data(sociallogin)
        return {**initial, "display_name": sociallogin.user.display_name}
