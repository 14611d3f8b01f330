"""Facebook Login on the loopback, as its documents have it.

One use of a code, the app's secret, and an `appsecret_proof` (HMAC-SHA-256 of the token by the secret) for every call
of the Graph API (developers.facebook.com, "Manually Build a Login Flow", "Securing Graph API Calls").
"""

import hashlib
import hmac
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.core.http_loopback import Answer, Handler, Loopback, status

CLIENT, SECRET = "4711", "the-app-secret"
CALLBACK = "http://testserver/accounts/facebook/login/callback/"
FIELDS = {"id", "email", "name", "first_name", "last_name"}  # what a version of today still knows of them


def refusal(message: str) -> Answer:
    return status(400, {"error": {"message": message, "type": "OAuthException", "code": 100}})


class Facebook:
    """`person` is who is signed in there; without an `email` they have none, or declined to give it."""

    def __init__(self, loopback: Loopback, person: dict[str, Any]) -> None:
        self.loopback, self.person = loopback, person
        self.codes: list[str] = []
        self.refusals: list[str] = []
        loopback.on("GET", "/graph/oauth/access_token", self._token())
        loopback.on("GET", "/graph/me", self._me())
        self.graph_url = f"{loopback.url}/graph"

    def authorize(self, location: str) -> dict[str, str]:
        """What the person's browser brings back: the query of the callback."""
        parts = urlsplit(location)
        assert (parts.netloc, parts.path.rpartition("/dialog/")[2]) == ("www.facebook.com", "oauth")
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        assert asked["client_id"] == CLIENT
        assert asked["redirect_uri"] == CALLBACK
        assert asked["response_type"] == "code"
        assert set(asked["scope"].split(",")) == {"email", "public_profile"}
        self.codes.append(f"code-{len(self.codes)}")
        return {"code": self.codes[-1], "state": asked["state"]}

    def _query(self) -> dict[str, str]:
        return {name: values[0] for name, values in self.loopback.asked[-1].query.items()}

    def _refuse(self, handler: Handler, message: str) -> None:
        self.refusals.append(message)
        refusal(message)(handler)

    def _token(self) -> Answer:
        def answer(handler: Handler) -> None:
            asked = self._query()
            if (asked.get("client_id"), asked.get("client_secret")) != (CLIENT, SECRET):
                self._refuse(handler, "Error validating client secret.")
            elif asked.get("redirect_uri") != CALLBACK or asked.get("code") not in self.codes:
                self._refuse(handler, "This authorization code has been used.")
            else:
                self.codes.remove(asked["code"])
                status(200, {"access_token": "EAAtoken", "token_type": "bearer", "expires_in": 5183944})(
                    handler
                )

        return answer

    def _me(self) -> Answer:
        def answer(handler: Handler) -> None:
            asked = self._query()
            proof = hmac.new(SECRET.encode(), b"EAAtoken", hashlib.sha256).hexdigest()
            fields = set(asked.get("fields", "").split(","))
            if asked.get("access_token") != "EAAtoken":
                self._refuse(handler, "Invalid OAuth access token.")
            elif asked.get("appsecret_proof") != proof:
                self._refuse(handler, "API calls from the server require an appsecret_proof argument")
            elif fields - FIELDS:
                self._refuse(handler, f"(#100) Tried accessing nonexisting field ({min(fields - FIELDS)})")
            else:
                status(200, {name: self.person[name] for name in fields & self.person.keys()})(handler)

        return answer
