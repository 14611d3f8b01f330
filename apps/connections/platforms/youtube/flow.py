"""Google's sign-in by google-auth-oauthlib: it builds the address and reads the answer, our seam makes the call.

The package speaks by `requests` and refuses addresses without TLS. So it is given Google's own addresses by name, and
the transport below sends what it asks for to the address that the settings name, through `core.http`.
"""

from typing import Any

import requests
from google_auth_oauthlib.flow import Flow
from requests.adapters import BaseAdapter

from apps.connections.adapters import AppCredentials
from apps.connections.platforms.youtube.client import client

AUTHORIZE = "https://accounts.google.com/o/oauth2/v2/auth"
TOKEN = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address


class _Seam(BaseAdapter):
    """Sends what `requests` asks for through `core.http`, whose errors pass through it."""

    def __init__(self, app: AppCredentials) -> None:
        super().__init__()
        self._app = app

    def send(self, request: Any, *args: Any, **options: Any) -> requests.Response:
        headers = {"Content-Type": request.headers.get("Content-Type", ""), "Accept": "application/json"}
        with client(self._app, "token") as service:
            answer = service.post(self._app.addresses["token"], content=request.body, headers=headers)
        response = requests.Response()
        response.status_code, response._content = answer.status, answer.content
        response.headers.update(answer.headers)
        response.url, response.request = request.url, request
        return response

    def close(self) -> None:
        """Nothing is kept open."""


def flow(app: AppCredentials, scopes: tuple[str, ...], *, redirect_uri: str, verifier: str) -> Flow:
    """A sign-in of this installation's registration, with our own PKCE verifier."""
    registration = {
        "client_id": app.client_id,
        "client_secret": app.client_secret,
        "auth_uri": AUTHORIZE,
        "token_uri": TOKEN,
    }
    made = Flow.from_client_config(
        {"web": registration},
        scopes=list(scopes),
        redirect_uri=redirect_uri,
        code_verifier=verifier,
        autogenerate_code_verifier=False,
    )
    made.oauth2session.trust_env = False
    made.oauth2session.mount("https://", _Seam(app))
    return made


def fetch(made: Flow, code: str) -> dict[str, Any]:
    """The answer for a code. Where a person allowed less than was asked, the package only warns; that is told later,
    in a page of its own."""
    try:
        token = made.fetch_token(code=code, include_client_id=True)
    except Warning as changed:  # oauthlib raises it; the token hangs on it
        token = getattr(changed, "token", None)
        if token is None:
            raise
    return dict(token)
