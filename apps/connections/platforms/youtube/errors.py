"""What YouTube's refusals mean (Data API reference, "Errors"; reasons stand in `error.errors[].reason`).

Rows marked so are known from client code or from memory only; correct them here.
"""

from apps.connections.platforms.meanings import Meaning, Meanings, as_error, fault
from apps.core import http

_LATER = "asks to slow down. It is tried again in a moment."
_NO_QUOTA = "this installation has used up its calls for today. They come back at midnight, Pacific time."

REASONS: Meanings = {
    # 400: something to change
    "invalidPublishAt": Meaning(http.Rejected, "the time of publication is not taken. Choose a later one."),
    "invalidTitle": Meaning(
        http.Rejected, "the title is not taken. Keep it under 100 characters, without < and >."
    ),
    "invalidDescription": Meaning(
        http.Rejected, "the description is not taken. Keep it under 5,000 bytes, without < and >."
    ),
    "invalidTags": Meaning(
        http.Rejected, "the tags are not taken. Use fewer or shorter ones (500 characters in all)."
    ),
    "invalidCategoryId": Meaning(http.Rejected, "the category is not known there. Choose another one."),
    "invalidVideoMetadata": Meaning(http.Rejected, "a title and a category are needed."),
    "mediaBodyRequired": Meaning(http.Rejected, "no file arrived. Publish it again."),
    "invalidFilename": Meaning(http.Rejected, "the file's name is not taken."),
    "defaultLanguageNotSet": Meaning(http.Rejected, "the language of the texts must be set."),
    "uploadLimitExceeded": Meaning(
        http.QuotaExceeded,
        "the channel has uploaded as many videos as it may today. Try again tomorrow.",
        86_400.0,
    ),
    # 401: sign in again
    "authError": Meaning(http.AuthExpired, "the sign-in is no longer valid. Connect the channel again."),
    "youtubeSignupRequired": Meaning(
        http.AuthExpired, "this Google account has no channel. Make one, then connect it."
    ),
    "invalid_grant": Meaning(
        http.AuthExpired, "the permission was withdrawn or has expired. Connect the channel again."
    ),
    # 403: quota and pace
    "quotaExceeded": Meaning(http.QuotaExceeded, _NO_QUOTA),
    "dailyLimitExceeded": Meaning(http.QuotaExceeded, _NO_QUOTA),
    "rateLimitExceeded": Meaning(http.RateLimited, _LATER, 10.0),
    "userRateLimitExceeded": Meaning(http.RateLimited, _LATER, 10.0),
    "userRequestsExceedRateLimit": Meaning(http.RateLimited, _LATER, 60.0),
    # 403: not allowed
    "forbidden": Meaning(http.Rejected, "the channel may not do this."),
    "insufficientPermissions": Meaning(
        http.AuthExpired, "a permission is missing. Connect the channel again and allow all that is asked."
    ),
    "channelClosed": Meaning(http.Rejected, "the channel is closed."),
    "channelSuspended": Meaning(http.Rejected, "the channel is suspended."),
    "authenticatedUserAccountSuspended": Meaning(http.Rejected, "the Google account is suspended."),
    "forbiddenPrivacySetting": Meaning(
        http.Rejected, "this visibility is not allowed for the channel."
    ),  # unverified
    "forbiddenLicenseSetting": Meaning(
        http.Rejected, "this licence is not allowed for the channel."
    ),  # unverified
    "commentsDisabled": Meaning(http.Rejected, "comments are off for this video."),  # unverified
    "processingFailure": Meaning(http.Rejected, "the call could not be processed."),  # unverified
    # 404: gone
    "videoNotFound": Meaning(http.Rejected, "the video is not there any more."),
    "channelNotFound": Meaning(http.Rejected, "the channel is not there any more."),
    "commentNotFound": Meaning(http.Rejected, "the comment is not there any more."),
    "playlistNotFound": Meaning(http.Rejected, "the playlist is not there any more. Choose another one."),
    "playlistItemsNotAccessible": Meaning(http.Rejected, "the playlist is not the channel's own."),
    # 409: done already
    "captionExists": Meaning(http.Rejected, "captions of this language are there already."),
    # 5xx
    "backendError": Meaning(http.Unavailable, "{} has a fault at the moment. It is tried again."),
    "internalError": Meaning(http.Unavailable, "{} has a fault at the moment. It is tried again."),
}
STATUSES: dict[int, Meaning] = {
    401: REASONS["authError"],
    404: Meaning(http.Rejected, "this is not there any more."),
    429: REASONS["rateLimitExceeded"],
}
# Why a video that arrived was not kept (videos.status: failureReason, rejectionReason).
FATES: dict[str, str] = {
    "conversion": "the video could not be converted. Export it as MP4 (H.264, AAC).",
    "invalidFile": "the file is not a video that YouTube can read.",
    "emptyFile": "the file is empty.",
    "tooSmall": "the file is too small to be a video.",
    "codec": "the file's codec is not supported. Export it as MP4 (H.264, AAC).",
    "uploadAborted": "the upload was broken off.",
    "copyright": "the video was refused for a copyright claim.",
    "inappropriate": "the video was refused as inappropriate.",
    "duplicate": "the same video is on the channel already.",
    "termsOfUse": "the video was refused under the terms of use.",
    "uploaderAccountSuspended": "the channel is suspended.",
    "length": "the video is longer than the channel may upload. Verify the channel by phone for up to 12 hours.",
    "claim": "the video was refused for a claim of its content.",
    "uploaderAccountClosed": "the channel is closed.",
    "trademark": "the video was refused for a trademark claim.",
    "legal": "the video was refused for a legal complaint.",
}


def classify(response: http.Response) -> http.OutsideError | None:
    """The error that an answer of YouTube or Google's sign-in means; None where its status says all."""
    reason, said = _what_it_said(response)
    meaning = REASONS.get(reason) or STATUSES.get(response.status)
    if meaning is None:
        return fault(response)
    return as_error(response, meaning, reason or str(response.status), said)


def _what_it_said(response: http.Response) -> tuple[str, str]:
    """Reason and message out of `{"error": {"errors": [{"reason", "message"}]}}` or `{"error": "invalid_grant"}`."""
    try:
        error = response.json_object().get("error")
    except http.OutsideError:
        return "", ""
    if isinstance(error, str):
        return error, ""
    if not isinstance(error, dict):
        return "", ""
    rows = error.get("errors")
    first = rows[0] if isinstance(rows, list) and rows and isinstance(rows[0], dict) else {}
    return str(first.get("reason") or ""), str(first.get("message") or error.get("message") or "")
