"""How Restream says no."""

from apps.sandbox.models import Token
from apps.sandbox.standin import Habits, Refusal, Route

PLATFORM = "restream"


def refusal(status: int, name: str, message: str, headers: dict[str, str] | None = None) -> Refusal:
    error = {"statusCode": status, "status": status, "code": status, "message": message, "name": name}
    return Refusal(status, {"error": error}, code=name, headers=headers)


class RestreamHabits(Habits):
    def unauthorized(self, token: Token | None) -> Refusal:
        return refusal(401, "invalid_token", "Invalid token: access token is invalid")

    def scope_missing(self, route: Route) -> Refusal:
        return refusal(403, "insufficient_scope", "Insufficient scope: authorized scope is insufficient")

    def bad_request(self, sentence: str) -> Refusal:
        return refusal(400, "invalid_request", sentence)

    def unknown_address(self) -> Refusal:
        return refusal(404, "not_found", "Not found")

    def rate_limited(self, retry_after_s: int | None) -> Refusal:
        headers = {} if retry_after_s is None else {"Retry-After": str(retry_after_s)}
        return refusal(429, "too_many_requests", "Too many requests", headers)

    def unavailable(self, status: int) -> Refusal:
        return refusal(status, "server_error", "Internal server error")

    def quota_gone(self, route: Route) -> Refusal:
        return self.rate_limited(None)
