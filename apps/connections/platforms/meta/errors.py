"""What the refusals of Meta's Graph API mean: `{"error": {"message", "code", "error_subcode", "is_transient", …}}`.

The upload host says `{"debug_info": {"retriable", "type", "message"}}` instead, at times with status 200. Sources:
Graph API "Error handling", Instagram "Error codes"; most subcodes are known from client code only. Correct them here.
"""

import json
from typing import Any

from apps.connections.platforms.meanings import Meaning, Meanings, as_error, fault
from apps.core import http

DAY_S = 86_400.0
_SIGN_IN = Meaning(http.AuthExpired, "the sign-in is no longer valid. Connect the account again.")
_RIGHT = Meaning(
    http.AuthExpired, "a permission is missing. Connect the account again and allow all that is asked."
)
_SLOW = Meaning(http.RateLimited, "{} asks to slow down. It is tried again later.", 300.0)
_FAULT = Meaning(http.Unavailable, "{} has a fault at the moment. It is tried again.")
_AGAIN = Meaning(http.Unavailable, "{} lost the upload. It starts again.")
_BLOCKED = Meaning(
    http.Rejected, "{} blocked this as spam or against its rules. Do not send it again unchanged."
)
_PAGE_LIMIT = Meaning(
    http.QuotaExceeded, "the page has posted as often as it may today. Try again tomorrow.", DAY_S
)

SUBCODES: Meanings = {
    "2207042": Meaning(
        http.QuotaExceeded,
        "the account has published as often as it may within a day. Try again tomorrow.",
        DAY_S,
    ),
    "2207051": _BLOCKED,
    "2207050": Meaning(http.Rejected, "the account is restricted. Look into Instagram's app."),
    "2207003": _AGAIN,
    "2207052": _AGAIN,
    "2207077": _AGAIN,
    "2207026": Meaning(http.Rejected, "the video's format is not taken. Export it as MP4 (H.264, AAC)."),
    "2207005": Meaning(http.Rejected, "the picture's format is not taken. Use JPEG."),
    "2207004": Meaning(http.Rejected, "the file is too large."),
    "2207009": Meaning(http.Rejected, "the picture's proportions are not taken."),
    "2207010": Meaning(http.Rejected, "the caption is too long. Keep it under 2,200 characters."),
    "2207020": _AGAIN,
    "2207008": _AGAIN,
    "2207006": _AGAIN,
    "2207027": Meaning(http.Unavailable, "{} is not ready to publish it yet. It is tried again.", 60.0),
    "2207001": _FAULT,
    "2207032": _FAULT,
    "2207053": _FAULT,
    "2207082": _FAULT,
    "2207081": Meaning(http.Rejected, "the account cannot publish trial reels."),
    "1366046": Meaning(http.Rejected, "the picture must be JPEG or PNG under 4 MB."),
    "1363047": _PAGE_LIMIT,
    "1349125": Meaning(http.Rejected, "the file is not a video that Facebook can read."),
    "1390008": _SLOW,
    "1404006": Meaning(http.Rejected, "{} asks for a check of the account. Look into Facebook."),
    "1404102": Meaning(http.Rejected, "{} asks for a check of the account. Look into Facebook."),
    "1404112": Meaning(http.Rejected, "{} asks for a check of the account. Look into Facebook."),
    "1609008": Meaning(http.Rejected, "a link in the text is not taken."),
    "1363042": _AGAIN,  # unverified
    "1363030": _AGAIN,  # unverified
}
CODES: Meanings = {
    "190": _SIGN_IN,
    "102": _SIGN_IN,
    "10": _RIGHT,
    "4": _SLOW,
    "17": _SLOW,
    "32": _SLOW,
    "613": _SLOW,
    "80001": _SLOW,
    "80002": _SLOW,
    "341": _SLOW,
    "9": SUBCODES["2207042"],
    "25": SUBCODES["2207050"],
    "-2": _AGAIN,
    "36001": Meaning(http.Rejected, "the picture's size is not taken."),
    "36003": SUBCODES["2207009"],
    "1": _FAULT,  # unverified
    "2": _FAULT,  # unverified
    "100": Meaning(http.Rejected, "something in it is not taken."),
    "368": _BLOCKED,
    "506": Meaning(http.Rejected, "the same post is there already. Change its text."),
}
_NO_RIGHT = "(#100) No permission to publish the video"
_RIGHTS = range(200, 300)


def classify(response: http.Response) -> http.OutsideError | None:
    """The error that an answer means; None where there is none, or its status says all."""
    body = _body(response)
    if "debug_info" in body:
        return _upload_error(response, body["debug_info"])
    error = body.get("error")
    if isinstance(error, str):  # sign-in addresses
        meaning = (
            _SIGN_IN if error == "invalid_grant" else Meaning(http.Rejected, "{} did not accept the sign-in.")
        )
        return as_error(response, meaning, error, str(body.get("error_description") or ""))
    if not isinstance(error, dict):
        return fault(response)
    code, subcode = str(error.get("code") or ""), str(error.get("error_subcode") or "")
    said = str(error.get("error_user_msg") or error.get("message") or "")
    meaning = _meaning(code, subcode, error)
    return as_error(response, meaning, subcode if subcode in SUBCODES else code, said)


def _meaning(code: str, subcode: str, error: dict[str, Any]) -> Meaning:
    if str(error.get("message") or "").startswith(_NO_RIGHT) or (code.isdigit() and int(code) in _RIGHTS):
        return _RIGHT
    known = SUBCODES.get(subcode) or CODES.get(code)
    if known:
        return known
    return _FAULT if error.get("is_transient") else Meaning(http.Rejected, "{} did not accept the call.")


def _upload_error(response: http.Response, told: Any) -> http.OutsideError:
    told = told if isinstance(told, dict) else {}
    said = str(told.get("message") or "")
    if told.get("retriable"):
        return as_error(response, _AGAIN, str(told.get("type") or "upload"), said)
    meaning = Meaning(http.Rejected, "the file was not taken.")
    return as_error(response, meaning, str(told.get("type") or "upload"), said)


def _body(response: http.Response) -> dict[str, Any]:
    """The body as an object; empty where it is none."""
    try:
        data = json.loads(response.content)
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


def fate(said: str) -> http.OutsideError:
    """The error for a file that arrived and failed there: a subcode may stand in the words of its status."""
    for subcode, meaning in SUBCODES.items():
        if subcode in said:
            again = meaning.kind is http.Unavailable  # an answer it was, and the post may be sent again
            kind = http.Rejected if again else meaning.kind
            words = meaning.told_of("Meta")
            return kind(words, again or None, retry_after_s=meaning.wait_s, code=subcode, detail=said[:300])
    return http.Rejected(f"Meta: the video was not kept. It said: {said[:200]}", detail=said[:300])
