"""How Microsoft says no: Graph by a code in an object, its sign-in by AADSTS numbers."""

import uuid

from django.utils import timezone

from apps.sandbox.models import Token
from apps.sandbox.standin import Habits, Refusal, Route

PLATFORM = "microsoft"


def graph_refusal(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> Refusal:
    inner = {
        "date": timezone.now().strftime("%Y-%m-%dT%H:%M:%S"),
        "request-id": str(uuid.uuid4()),
        "client-request-id": str(uuid.uuid4()),
    }
    body = {"error": {"code": code, "message": message, "innerError": inner}}
    return Refusal(status, body, code=code, headers=headers)


def sign_in_refusal(status: int, error: str, number: int, sentence: str) -> Refusal:
    trace, correlation, now = str(uuid.uuid4()), str(uuid.uuid4()), timezone.now()
    moment = now.strftime("%Y-%m-%d %H:%M:%SZ")
    said = f"AADSTS{number}: {sentence} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {moment}"
    body = {
        "error": error,
        "error_description": said,
        "error_codes": [number],
        "timestamp": moment,
        "trace_id": trace,
        "correlation_id": correlation,
        "error_uri": f"https://login.microsoftonline.com/error?code={number}",
    }
    return Refusal(status, body, code=f"AADSTS{number}")


class MicrosoftHabits(Habits):
    def unauthorized(self, token: Token | None) -> Refusal:
        said = "Lifetime validation failed, the token is expired." if token else "Access token is empty."
        return graph_refusal(401, "InvalidAuthenticationToken", said)

    def scope_missing(self, route: Route) -> Refusal:
        return graph_refusal(
            403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation."
        )

    def bad_request(self, sentence: str) -> Refusal:
        return graph_refusal(400, "BadRequest", sentence)

    def unknown_address(self) -> Refusal:
        return graph_refusal(404, "ResourceNotFound", "Resource not found for the segment.")

    def rate_limited(self, retry_after_s: int | None) -> Refusal:
        headers = {} if retry_after_s is None else {"Retry-After": str(retry_after_s)}
        return graph_refusal(429, "TooManyRequests", "Too many requests.", headers)

    def unavailable(self, status: int) -> Refusal:
        return graph_refusal(status, "ServiceUnavailable", "The service is temporarily unavailable.")

    def quota_gone(self, route: Route) -> Refusal:
        return self.rate_limited(None)
