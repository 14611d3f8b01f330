"""What Restream's refusals mean: `{"error": {"statusCode", "message", "name"}}`."""

import json

from apps.connections.platforms.meanings import Meaning, as_error, fault
from apps.core import http

_SIGN_IN = Meaning(http.AuthExpired, "the sign-in is no longer valid. Connect the account again.")
NAMES: dict[str, Meaning] = {"invalid_token": _SIGN_IN, "invalid_grant": _SIGN_IN}
STATUSES: dict[int, Meaning] = {
    400: Meaning(http.Rejected, "{} did not accept the call."),
    401: _SIGN_IN,
    403: Meaning(
        http.AuthExpired, "a permission is missing. Connect the account again and allow all that is asked."
    ),
    404: Meaning(http.Rejected, "this is not there any more."),
    429: Meaning(http.RateLimited, "{} asks to slow down. It is tried again in a moment.", 60.0),
}


def classify(response: http.Response) -> http.OutsideError | None:
    """The error that an answer means; None where its status says all."""
    name, said = _what_it_said(response)
    meaning = NAMES.get(name) or STATUSES.get(response.status)
    return as_error(response, meaning, name or str(response.status), said) if meaning else fault(response)


def _what_it_said(response: http.Response) -> tuple[str, str]:
    try:
        body = json.loads(response.content)
    except ValueError:
        return "", ""
    error = body.get("error") if isinstance(body, dict) else None
    if isinstance(error, str):
        return error, str(body.get("error_description") or "")
    if isinstance(error, dict):
        return str(error.get("name") or ""), str(error.get("message") or "")
    return "", ""
