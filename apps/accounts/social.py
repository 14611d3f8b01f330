"""Signing in with Google, Facebook or Apple, where the operator has set up keys for them (ACC-02).

allauth speaks with them by `requests`; the session that it gets sends everything through the one door to the outside.
"""

from typing import Any
from urllib.parse import urlsplit

import jwt
import requests
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.google.views import GoogleOAuth2Adapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
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


class SignedGoogleAdapter(GoogleOAuth2Adapter):
    """Google's, with the signature of its ID token checked as well (ASVS 6.8.2).

    allauth leaves that out where the token comes straight from Google, as OpenID Connect allows (Core 3.1.3.7).
    """

    certs_url = "https://www.googleapis.com/oauth2/v1/certs"

    def _decode_id_token(self, app: Any, id_token: str) -> dict[str, Any]:
        """What the token says. Raises OAuth2Error where it is not Google's, not for us, or over."""
        try:
            header = jwt.get_unverified_header(id_token)
        except jwt.PyJWTError as error:
            raise OAuth2Error("Invalid id_token") from error
        if header.get("alg") != "RS256" or "kid" not in header:
            raise OAuth2Error("The ID token is not signed as Google signs.")
        claims: dict[str, Any] = jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=self.certs_url,
            issuer=self.id_token_issuer,
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_pem_x509_certificate,
        )
        return claims


google_callback = OAuth2CallbackView.adapter_view(SignedGoogleAdapter)
