"""Facebook Login for servers: a code, a long-lived token of the person (about 60 days), and the tokens of their pages.

A page's token has no end of its own; it dies with the password, the role, the application, or the 90 days after which
Meta wants the person's consent again (unverified). Nothing renews any of them: the person signs in again.
"""

from datetime import UTC, datetime
from typing import Any

from apps.connections.adapters import AppCredentials, Grant, Identity
from apps.connections.platforms.meta.graph import Graph, rows
from apps.connections.platforms.oauth import address, ends_at
from apps.core import http


class MetaIdentity(Identity):
    """What the sign-ins of Instagram and Facebook share. `scopes` are asked for, `service` is the name in sentences."""

    service = ""
    scopes: tuple[str, ...] = ()

    def authorize_url(self, app: AppCredentials, *, redirect_uri: str, state: str, verifier: str) -> str:
        """Meta's server flow has no PKCE; the secret stands in its place."""
        params = {
            "client_id": app.client_id,
            "redirect_uri": redirect_uri,
            "state": state,
            "scope": ",".join(self.scopes),
            "response_type": "code",
            "auth_type": "rerequest",  # asks again for what was once declined
        }
        return address(app.addresses["authorize"], params)

    def exchange(self, app: AppCredentials, *, code: str, redirect_uri: str, verifier: str) -> Grant:
        graph = Graph(app, "", self.service)
        client: dict[str, Any] = {"client_id": app.client_id, "client_secret": app.client_secret}
        short = graph.post("oauth/access_token", redirect_uri=redirect_uri, code=code, **client)
        token = self._token(short)
        long = graph.post(
            "oauth/access_token",
            idempotent=True,
            grant_type="fb_exchange_token",
            fb_exchange_token=token,
            **client,
        )
        token = self._token(long)
        return Grant(
            access_token=token,
            refresh_token=token,  # the person's own: what can be given back, and what pages are read by
            expires_at=ends_at(long.get("expires_in")),
            refresh_expires_at=self._consent_ends(app, token),
            scopes=self._granted(app, token),
        )

    def refresh(self, app: AppCredentials, grant: Grant) -> Grant:
        raise http.AuthExpired(
            f"{self.service} wants a fresh sign-in now and then, and now is the time. Connect the account again."
        )

    def grantor(self, app: AppCredentials, grant: Grant) -> dict[str, str]:
        """Who allowed it: all accounts of one person live and die by one grant. Nothing where Meta does not say."""
        try:
            person = Graph(app, grant.access_token, self.service).get("me", fields="id")
        except (http.Rejected, http.Unavailable):
            return {}
        return {"grantor": str(person["id"])} if person.get("id") else {}

    def revoke(self, app: AppCredentials, grant: Grant) -> None:
        try:
            Graph(app, grant.refresh_token or grant.access_token, self.service).delete("me/permissions")
        except http.AuthExpired:
            return  # it is gone already

    def _token(self, answer: dict[str, Any]) -> str:
        if not answer.get("access_token"):
            raise http.Unavailable(f"{self.service} sent no token. Try again.")
        return str(answer["access_token"])

    def _granted(self, app: AppCredentials, token: str) -> tuple[str, ...]:
        found = rows(Graph(app, token, self.service).get("me/permissions"))
        return tuple(str(row.get("permission")) for row in found if row.get("status") == "granted")

    def _consent_ends(self, app: AppCredentials, token: str) -> datetime | None:
        """When Meta wants the person's consent again, where it says so."""
        keys = f"{app.client_id}|{app.client_secret}"
        try:
            told = Graph(app, "", self.service).get("debug_token", input_token=token, access_token=keys)
        except (http.AuthExpired, http.Rejected, http.Unavailable):
            return None
        data = told.get("data")
        moment = data.get("data_access_expires_at") if isinstance(data, dict) else None
        return datetime.fromtimestamp(moment, UTC) if isinstance(moment, int) and moment > 0 else None


def may_publish(page: dict[str, Any]) -> bool:
    """Whether the person may publish on the page; where Meta does not say, the first post will."""
    tasks = page.get("tasks")
    return not isinstance(tasks, list) or not tasks or "CREATE_CONTENT" in tasks or "MANAGE" in tasks
