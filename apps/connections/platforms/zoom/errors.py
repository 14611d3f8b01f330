"""What Zoom's refusals mean: `{"code", "message"}` of the API, `{"error", "reason"}` of the token address."""

import json

from apps.connections.platforms.meanings import Meaning, as_error, fault
from apps.core import http

_SIGN_IN = Meaning(http.AuthExpired, "the sign-in is no longer valid. Connect the account again.")
_RIGHTS = Meaning(
    http.AuthExpired, "a permission is missing. Connect the account again and allow all that is asked."
)
_REGISTRATION = Meaning(
    http.Rejected,
    "{} does not know this installation's registration. Its operator checks ZOOM_CLIENT_ID and ZOOM_CLIENT_SECRET.",
)
_DISABLED = Meaning(
    http.Rejected,
    "{} has switched off this installation's application. Its operator looks at it in the Marketplace.",
)
CODES: dict[str, Meaning] = {
    "104": _RIGHTS,  # unverified: an older name of 4711
    "124": _SIGN_IN,  # unverified
    "300": Meaning(http.Rejected, "something in it is not taken."),  # unverified
    "1001": Meaning(
        http.AuthExpired, "{} does not know this user any more. Connect another account."
    ),  # unverified
    "1010": Meaning(
        http.AuthExpired, "the user does not belong to this account any more. Connect the account again."
    ),  # unverified
    "4700": _SIGN_IN,  # no or an empty token
    "4711": _RIGHTS,
    "4717": _DISABLED,
}
NAMES: dict[str, Meaning] = {
    "invalid_grant": _SIGN_IN,
    "invalid_token": _SIGN_IN,
    "invalid_client": _REGISTRATION,
    "unauthorized_client": _REGISTRATION,
}
STATUSES: dict[int, Meaning] = {
    400: Meaning(http.Rejected, "{} did not accept the call."),
    401: _SIGN_IN,
    403: Meaning(http.Rejected, "{} does not allow this for the account."),
    404: Meaning(http.Rejected, "this is not there any more."),
    429: Meaning(http.RateLimited, "{} asks to slow down. It is tried again in a moment.", 60.0),
}


def classify(response: http.Response) -> http.OutsideError | None:
    """The error that an answer means; None where its status says all. 429 is 429 whatever its code: Zoom puts the
    status there."""
    code, said = _what_it_said(response)
    by_word = None if response.status == 429 else CODES.get(code) or NAMES.get(code)
    meaning = by_word or STATUSES.get(response.status)
    return as_error(response, meaning, code or str(response.status), said) if meaning else fault(response)


def _what_it_said(response: http.Response) -> tuple[str, str]:
    try:
        body = json.loads(response.content)
    except ValueError:
        return "", ""
    if not isinstance(body, dict):
        return "", ""
    code, said = body.get("code") or body.get("error"), body.get("message") or body.get("reason")
    return (str(code) if isinstance(code, int | str) else ""), str(said or "")
