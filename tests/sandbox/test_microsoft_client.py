"""Microsoft's own client (MSAL) walks the stand-in: address of consent, code, renewal, and a refusal."""

from dataclasses import dataclass
from typing import Any

import httpx
import msal
import pytest

from tests.sandbox.clients import BACK, consent
from tests.sandbox.live import Sandbox

pytestmark = pytest.mark.spec("SBX-01", "SBX-03")
LOGIN = "https://login.microsoftonline.com"
SCOPES = ["User.Read", "OnlineMeetings.ReadWrite"]


@dataclass(frozen=True)
class Answered:
    """As much of an answer as MSAL reads."""

    status_code: int
    text: str
    headers: dict[str, str]

    def raise_for_status(self) -> None:
        assert self.status_code < 400, self.text


class Elsewhere:
    """What MSAL sends its calls with: only the address is another. MSAL takes none that is not https, so what the
    stand-in says of its own is turned back."""

    def __init__(self, base: str) -> None:
        self.base = base

    def get(self, url: str, **options: Any) -> Answered:
        return self._send("GET", url, **options)

    def post(self, url: str, **options: Any) -> Answered:
        return self._send("POST", url, **options)

    def _send(self, method: str, url: str, **options: Any) -> Answered:
        wanted = {name: options[name] for name in ("params", "data", "headers") if options.get(name)}
        found = httpx.request(method, url.replace(LOGIN, self.base), timeout=10, **wanted)
        return Answered(found.status_code, found.text.replace(self.base, LOGIN), dict(found.headers))

    def close(self) -> None:
        """Nothing is kept open."""


def client(sandbox: Sandbox, secret: str = "sandbox-secret") -> msal.ConfidentialClientApplication:
    return msal.ConfidentialClientApplication(
        "sandbox-teams",
        client_credential=secret,
        authority=f"{LOGIN}/organizations",
        http_client=Elsewhere(f"{sandbox.url}/microsoft"),
    )


@pytest.mark.filterwarnings("ignore::DeprecationWarning:msal.*", "ignore:response_mode=")
def test_microsoft_s_client_signs_in_and_renews(sandbox: Sandbox) -> None:
    """By its older way: the newer one wants a nonce in the id token, which the studio does not ask for."""
    person = sandbox.account("microsoft", "Night Kitchen")
    app = client(sandbox)
    url = app.get_authorization_request_url(SCOPES, redirect_uri=BACK, state="s")
    code = consent(url.replace(LOGIN, f"{sandbox.url}/microsoft"), person)["code"]
    tokens = app.acquire_token_by_authorization_code(code, SCOPES, redirect_uri=BACK)
    assert "error" not in tokens, tokens
    assert (tokens["id_token_claims"]["oid"], tokens["id_token_claims"]["name"]) == (
        person.external_id,
        "Night Kitchen",
    )
    assert set(SCOPES) <= set(tokens["scope"].split())
    renewed = app.acquire_token_by_refresh_token(tokens["refresh_token"], SCOPES)
    assert renewed["access_token"] != tokens["access_token"]
    headers = {"Authorization": f"Bearer {renewed['access_token']}"}
    user = httpx.get(f"{sandbox.url}/microsoft/v1.0/me", headers=headers).json()
    assert user["id"] == person.external_id


def test_microsoft_s_client_reads_the_refusals(sandbox: Sandbox) -> None:
    wrong = client(sandbox, "wrong").acquire_token_by_refresh_token("0.any", SCOPES)
    gone = client(sandbox).acquire_token_by_refresh_token("0.unknown", SCOPES)
    assert (wrong["error"], wrong["error_codes"]) == ("invalid_client", [7000215])
    assert gone["error"] == "invalid_grant"
