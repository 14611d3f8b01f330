"""The way to the consent page and back: what an application asks for travels signed, so that nobody changes it."""

from dataclasses import asdict, dataclass
from urllib.parse import urlencode

from django.core import signing
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from apps.sandbox.services import grants
from apps.sandbox.standin import Call, is_web_address, plain_refusal

SALT = "sandbox.consent"
AGE_S = 3600


@dataclass(frozen=True)
class Asked:
    """What an application asks a person for."""

    platform: str
    client_id: str
    redirect_uri: str
    state: str
    scopes: list[str]
    challenge: str = ""
    challenge_method: str = ""
    offline: bool = True

    def signed(self) -> str:
        return signing.dumps(asdict(self), salt=SALT)

    def back(self, **said: str) -> str:
        """The application's own address, with a code or an error, and its state."""
        glue = "&" if "?" in self.redirect_uri else "?"
        return f"{self.redirect_uri}{glue}{urlencode({**said, 'state': self.state})}"


def ask(
    call: Call,
    *,
    client_id: str,
    scopes: list[str],
    challenge: str = "",
    challenge_method: str = "",
    offline: bool = True,
) -> HttpResponseBase:
    """Send the person to the consent page. What is wrong with the application's request, the person is told."""
    query = {name: str(value) for name, value in call.query.dict().items()}
    if not grants.knows_client(client_id):
        raise plain_refusal(
            401, f"{call.stand_in.name} does not know the application {client_id or '(none)'}."
        )
    if not is_web_address(query.get("redirect_uri", "")):
        raise plain_refusal(400, "redirect_uri is not a web address.")
    if query.get("response_type") != "code":
        raise plain_refusal(400, "response_type must be code.")
    if challenge and challenge_method != "S256":
        raise plain_refusal(400, "code_challenge_method must be S256.")
    if not scopes:
        raise plain_refusal(400, "No scope is asked for.")
    asked = Asked(
        platform=call.stand_in.slug,
        client_id=client_id,
        redirect_uri=query["redirect_uri"],
        state=query.get("state", ""),
        scopes=scopes,
        challenge=challenge,
        challenge_method=challenge_method,
        offline=offline,
    )
    return redirect(f"{reverse('sandbox:consent')}?{urlencode({'asked': asked.signed()})}")


def read(signed: str) -> Asked | None:
    """What was asked; None where it was changed or is too old."""
    try:
        return Asked(**signing.loads(signed, salt=SALT, max_age=AGE_S))
    except signing.BadSignature:
        return None
