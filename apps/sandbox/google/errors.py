"""Google's error bodies. `reason` is what clients go by."""

from typing import Any

from apps.sandbox.standin import Refusal

STATUSES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ALREADY_EXISTS",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}


def refusal(
    status: int,
    reason: str,
    message: str,
    *,
    domain: str = "youtube.video",
    location: str = "",
    headers: dict[str, str] | None = None,
) -> Refusal:
    detail: dict[str, Any] = {"message": message, "domain": domain, "reason": reason}
    if location:
        detail |= {"location": location, "locationType": "parameter"}
    body = {"code": status, "message": message, "errors": [detail], "status": STATUSES[status]}
    return Refusal(status, {"error": body}, code=reason, headers=headers)


def missing(parameter: str) -> Refusal:
    message = f"No filter selected. Expected one of: {parameter}"
    return refusal(400, "missingRequiredParameter", message, domain="youtube.parameter", location=parameter)


def not_found(what: str) -> Refusal:
    """`what` is video, channel, playlist, comment."""
    words = f"The {what} identified by the request could not be found."
    return refusal(404, f"{what}NotFound", words, domain=f"youtube.{what}", location="id")


def invalid(reason: str, message: str, location: str = "") -> Refusal:
    return refusal(400, reason, message, location=location)


def forbidden(message: str, reason: str = "forbidden") -> Refusal:
    return refusal(403, reason, message, domain="youtube.common")


def oauth_error(error: str, description: str, status: int = 400) -> Refusal:
    return Refusal(status, {"error": error, "error_description": description}, code=error)
