"""What TikTok's refusals mean (Content Posting API, "Errors" and "Get post status").

An answer carries `{"error": {"code", "message", "log_id"}}`, also with status 200; the token address says
`{"error": "invalid_grant", "error_description"}` instead, with status 400 or 200.
"""

from typing import Any

from apps.connections.platforms.meanings import Meaning, Meanings, as_error, fault
from apps.core import http

DAY_S = 86_400.0
_SLOW = "{} asks to slow down. It is tried again in a minute."
_SIGN_IN = "the sign-in is no longer valid. Connect the account again."

CODES: Meanings = {
    # 400
    "invalid_param": Meaning(http.Rejected, "something in it is not taken."),
    "invalid_params": Meaning(http.Rejected, "something in it is not taken."),
    "invalid_publish_id": Meaning(
        http.Rejected, "this upload is not known there any more. It has to start again."
    ),
    "token_not_authorized_for_specified_publish_id": Meaning(
        http.Rejected, "this upload belongs to another account. It has to start again."
    ),
    "invalid_file_upload": Meaning(http.Rejected, "the file does not keep to TikTok's form."),
    "invalid_request": Meaning(http.AuthExpired, _SIGN_IN),
    # 401
    "access_token_invalid": Meaning(http.AuthExpired, _SIGN_IN),
    "scope_not_authorized": Meaning(
        http.AuthExpired, "a permission is missing. Connect the account again and allow all that is asked."
    ),
    "scope_permission_missed": Meaning(
        http.AuthExpired, "a permission is missing. Connect the account again and allow all that is asked."
    ),
    "invalid_grant": Meaning(
        http.AuthExpired, "the permission was withdrawn or has expired. Connect the account again."
    ),
    "invalid_client": Meaning(
        http.Rejected, "{} does not know this installation's registration. Tell the operator."
    ),
    # 403
    "unaudited_client_can_only_post_to_private_accounts": Meaning(
        http.Rejected,
        "this installation is not audited by TikTok yet: it can only post to private accounts, for their owner only.",
    ),
    "privacy_level_option_mismatch": Meaning(
        http.Rejected, "the account does not offer this visibility now. Choose another one."
    ),
    "url_ownership_unverified": Meaning(http.Rejected, "the address of the file is not verified there."),
    "reached_active_user_cap": Meaning(
        http.QuotaExceeded,
        "too many accounts have posted through this installation today. Try again tomorrow.",
        DAY_S,
    ),
    "spam_risk_too_many_posts": Meaning(
        http.QuotaExceeded,
        "the account has posted as often as it may within a day. Try again tomorrow.",
        DAY_S,
    ),
    "spam_risk_too_many_pending_share": Meaning(
        http.QuotaExceeded,
        "too many drafts wait in the account's inbox. Finish them, or try again tomorrow.",
        DAY_S,
    ),
    "spam_risk_user_banned_from_posting": Meaning(http.Rejected, "the account may not post at the moment."),
    "spam_risk": Meaning(http.Rejected, "the post was taken for spam."),
    # 429, 5xx
    "rate_limit_exceeded": Meaning(http.RateLimited, _SLOW, 60.0),
    "internal_error": Meaning(http.Unavailable, "{} has a fault at the moment. It is tried again."),
}
STATUSES: dict[int, Meaning] = {
    401: CODES["access_token_invalid"],
    429: CODES["rate_limit_exceeded"],
}
# What the upload's own address answers (partly unverified).
UPLOAD_STATUSES: dict[int, Meaning] = {
    400: Meaning(http.Rejected, "the piece of the file was not taken."),
    403: Meaning(http.Unavailable, "the upload took longer than its hour. It starts again."),
    404: Meaning(http.Unavailable, "the upload is not known there any more. It starts again."),
    416: Meaning(http.Unavailable, "other bytes were expected. The upload goes on where it stands there."),
}
# Why a post that arrived failed (`fail_reason`).
FATES: Meanings = {
    "internal": Meaning(http.Unavailable, "{} has a fault at the moment. It is tried again."),
    "video_pull_failed": Meaning(http.Unavailable, "{} could not fetch the file. It is tried again."),
    "photo_pull_failed": Meaning(http.Unavailable, "{} could not fetch the file. It is tried again."),
    "file_format_check_failed": Meaning(
        http.Rejected, "the file's format is not taken. Export it as MP4 (H.264, AAC)."
    ),
    "duration_check_failed": Meaning(http.Rejected, "the video is too short or too long for this account."),
    "frame_rate_check_failed": Meaning(
        http.Rejected, "the frame rate is not taken. Use 23 to 60 frames a second."
    ),
    "picture_size_check_failed": Meaning(
        http.Rejected, "the picture is too small or too large (360 to 4096 pixels)."
    ),
    "spam_risk_too_many_posts": CODES["spam_risk_too_many_posts"],
    "spam_risk": CODES["spam_risk"],
    "spam_risk_text": Meaning(http.Rejected, "the text was taken for spam. Change it."),
    "spam_risk_user_banned_from_posting": CODES["spam_risk_user_banned_from_posting"],
    "auth_removed": Meaning(http.AuthExpired, "the permission was withdrawn. Connect the account again."),
    "publish_cancelled": Meaning(http.Rejected, "the post was called off there."),
}


def classify(response: http.Response) -> http.OutsideError | None:
    """The error that an answer means; None where there is none, or its status says all."""
    code, said = _what_it_said(response)
    meaning = CODES.get(code) or (STATUSES.get(response.status) if response.status >= 400 else None)
    if meaning is not None:
        return as_error(response, meaning, code or str(response.status), said)
    if response.status < 400 and code not in ("", "ok"):
        return as_error(response, Meaning(http.Rejected, "{} did not accept the call."), code, said)
    return fault(response)


def classify_upload(response: http.Response) -> http.OutsideError | None:
    """The same for the address that takes the bytes."""
    meaning = UPLOAD_STATUSES.get(response.status)
    return as_error(response, meaning, str(response.status)) if meaning else fault(response)


def fate(reason: str) -> http.OutsideError:
    """The error for a post that failed there."""
    meaning = FATES.get(reason) or Meaning(http.Rejected, "the post failed there.")
    words = meaning.told_of("TikTok") + ("" if reason in FATES else f" It said: {reason[:80]}")
    if meaning.kind is http.Unavailable:  # an answer it was, and the post may be sent again
        return http.Rejected(words, True, retry_after_s=meaning.wait_s, code=reason[:80])
    return meaning.kind(words, retry_after_s=meaning.wait_s, code=reason[:80])


def _what_it_said(response: http.Response) -> tuple[str, str]:
    try:
        body: dict[str, Any] = response.json_object()
    except http.OutsideError:
        return "", ""
    error = body.get("error")
    if isinstance(error, str):
        return error, str(body.get("error_description") or "")
    if isinstance(error, dict):
        return str(error.get("code") or ""), str(error.get("message") or "")
    return "", ""
