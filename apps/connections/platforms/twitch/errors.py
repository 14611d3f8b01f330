"""What Twitch's refusals mean: `{"error", "status", "message"}`; 429 says in `Ratelimit-Reset` when to go on."""

import json
import time

from apps.connections.platforms.meanings import Meaning, as_error, fault
from apps.core import http

STATUSES: dict[int, Meaning] = {
    400: Meaning(http.Rejected, "{} did not accept the call."),
    401: Meaning(http.AuthExpired, "the sign-in is no longer valid. Connect the channel again."),
    403: Meaning(http.Rejected, "{} does not allow this for the channel."),
    404: Meaning(http.Rejected, "this is not there any more."),
    409: Meaning(http.Unavailable, "{} is busy with another change. It is tried again.", 5.0),
    422: Meaning(http.Rejected, "something in it is not taken."),
    429: Meaning(http.RateLimited, "{} asks to slow down. It is tried again in a moment.", 60.0),
}
_GONE = ("invalid refresh token", "invalid token", "invalid authorization code")


def classify(response: http.Response) -> http.OutsideError | None:
    """The error that an answer means; None where its status says all."""
    said = _message(response)
    meaning = STATUSES.get(response.status)
    if response.status == 400 and said.lower() in _GONE:
        meaning = STATUSES[401]
    if meaning is None:
        return fault(response)
    if response.status == 429:
        meaning = Meaning(meaning.kind, meaning.sentence, _wait_s(response, meaning.wait_s or 60.0))
    return as_error(response, meaning, str(response.status), said)


def _wait_s(response: http.Response, otherwise_s: float) -> float:
    reset = response.headers.get("ratelimit-reset", "")
    return max(float(reset) - time.time(), 1.0) if reset.isdigit() else otherwise_s


def _message(response: http.Response) -> str:
    try:
        body = json.loads(response.content)
    except ValueError:
        return ""
    return str(body.get("message") or "") if isinstance(body, dict) else ""
