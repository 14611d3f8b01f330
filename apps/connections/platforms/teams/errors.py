"""What Microsoft's refusals mean: AADSTS numbers of its sign-in, `{"error": {"code", "message"}}` of Graph.

Microsoft says that the numbers may change; where one is unknown the name of the error counts.
"""

import json
import re
from typing import Any

from apps.connections.platforms.meanings import Meaning, as_error, fault
from apps.core import http

SERVICE = "Microsoft Teams"
_SIGN_IN = Meaning(http.AuthExpired, "the sign-in is no longer valid. Connect the account again.")
_RIGHTS = Meaning(
    http.AuthExpired, "a permission is missing. Connect the account again and allow all that is asked."
)
_SECRET = Meaning(
    http.Rejected,
    "{} does not accept this installation's secret. Its operator makes a new one and sets TEAMS_CLIENT_SECRET.",
)
_UNKNOWN = Meaning(
    http.Rejected,
    "{} does not know this installation's registration. Its operator checks TEAMS_CLIENT_ID and TEAMS_TENANT.",
)
_ADMIN = Meaning(
    http.Rejected, "an administrator of your organisation has to allow Showrunner first. Then connect again."
)
_PERSONAL = (
    "only work and school accounts of an organisation hold meetings here, no personal ones. "
    "Sign in with such an account."
)
NOT_PERSONAL = f"{SERVICE}: {_PERSONAL}"
CODES: dict[str, Meaning] = {
    "50011": Meaning(
        http.Rejected,
        "the redirect address is not registered. The operator of this installation enters it there.",
    ),
    "50020": Meaning(http.Rejected, _PERSONAL),
    "50034": Meaning(http.AuthExpired, "there is no such user any more. Connect another account."),
    "50057": Meaning(
        http.AuthExpired,
        "the user is disabled. Ask your organisation's administrator, then connect it again.",
    ),
    "50076": Meaning(http.AuthExpired, "{} wants your second factor. Connect the account again and use it."),
    "50079": Meaning(
        http.AuthExpired, "{} wants you to set up a second factor. Do so, then connect it again."
    ),
    "50173": Meaning(http.AuthExpired, "the password was changed since. Connect the account again."),
    "50194": Meaning(
        http.Rejected,
        "the registration is for one organisation only. The operator of this installation sets TEAMS_TENANT.",
    ),
    "50196": Meaning(http.RateLimited, "{} was asked too often. It is tried again in a moment.", 60.0),
    "53003": Meaning(
        http.AuthExpired,
        "a rule of your organisation (Conditional Access) blocks this. Ask its administrator.",
    ),
    "54005": Meaning(http.AuthExpired, "this sign-in was used already. Begin again."),
    "65001": Meaning(
        http.AuthExpired,
        "what was allowed was taken back. Connect the account again and allow all that is asked.",
    ),
    "70008": _SIGN_IN,
    "90094": _ADMIN,
    "90095": _ADMIN,
    "700016": _UNKNOWN,
    "700082": Meaning(http.AuthExpired, "{} was not used for too long. Connect the account again."),
    "7000215": _SECRET,
    "7000222": _SECRET,
}
NAMES: dict[str, Meaning] = {
    "invalid_grant": _SIGN_IN,
    "interaction_required": _SIGN_IN,
    "login_required": _SIGN_IN,
    "consent_required": _RIGHTS,
    "invalid_client": _SECRET,
    "unauthorized_client": _UNKNOWN,
    "temporarily_unavailable": Meaning(http.Unavailable, "{} is busy. It is tried again in a moment."),
    "InvalidAuthenticationToken": _SIGN_IN,  # from here on Graph's
    "Authorization_RequestDenied": _RIGHTS,
    "Forbidden": _RIGHTS,
    "TooManyRequests": Meaning(
        http.RateLimited, "{} asks to slow down. It is tried again in a moment.", 60.0
    ),
}
STATUSES: dict[int, Meaning] = {
    400: Meaning(http.Rejected, "{} did not accept the call."),
    401: _SIGN_IN,
    403: _RIGHTS,
    404: Meaning(http.Rejected, "this is not there any more."),
    429: Meaning(http.RateLimited, "{} asks to slow down. It is tried again in a moment.", 60.0),
}
_NUMBER = re.compile(r"\bAADSTS(\d+)")


def classify(response: http.Response) -> http.OutsideError | None:
    """The error that an answer means, by its number, else its name, else its status; None where that says all."""
    numbers, name, said = _what_it_said(response)
    known = next((number for number in numbers if number in CODES), "")
    meaning = CODES.get(known) or NAMES.get(name) or STATUSES.get(response.status)
    code = known or name or str(response.status)
    return as_error(response, meaning, code, said) if meaning else fault(response)


def sentence_of(description: str) -> str:
    """The plain sentence for a description that names a number which is known here; else ""."""
    meanings = (CODES.get(number) for number in _NUMBER.findall(description))
    return next((meaning.told_of(SERVICE) for meaning in meanings if meaning), "")


def _what_it_said(response: http.Response) -> tuple[list[str], str, str]:
    """Numbers, name and words."""
    try:
        body: Any = json.loads(response.content)
    except ValueError:
        return [], "", ""
    error = body.get("error") if isinstance(body, dict) else None
    if isinstance(error, dict):
        return [], str(error.get("code") or ""), str(error.get("message") or "")
    if not isinstance(error, str):
        return [], "", ""
    said, codes = str(body.get("error_description") or ""), body.get("error_codes")
    numbers = [str(code) for code in codes] if isinstance(codes, list) else []
    return [*numbers, *_NUMBER.findall(said)], error, said
