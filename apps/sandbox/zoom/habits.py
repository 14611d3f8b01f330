"""How Zoom says no: `{"code", "message"}`, with the status as the code where it has no number of its own."""

from apps.sandbox.models import Token
from apps.sandbox.standin import Habits, Refusal, Route

PLATFORM = "zoom"


def refusal(status: int, code: int, message: str, headers: dict[str, str] | None = None) -> Refusal:
    return Refusal(status, {"code": code, "message": message}, code=str(code), headers=headers)


class ZoomHabits(Habits):
    def unauthorized(self, token: Token | None) -> Refusal:
        said = "Access token is expired." if token is not None else "Invalid access token."
        return refusal(401, 124, said)

    def scope_missing(self, route: Route) -> Refusal:
        return refusal(
            400, 4711, f"Invalid access token, does not contain scopes:[{', '.join(route.scopes)}]."
        )

    def bad_request(self, sentence: str) -> Refusal:
        return refusal(400, 300, sentence)

    def unknown_address(self) -> Refusal:
        return refusal(404, 404, "This API endpoint is not recognized.")

    def rate_limited(self, retry_after_s: int | None) -> Refusal:
        headers = {"X-RateLimit-Category": "Light", "X-RateLimit-Type": "Per-second-limit"}
        if retry_after_s is not None:
            headers["Retry-After"] = str(retry_after_s)
        return refusal(429, 429, "You have reached the maximum per-second rate limit for this API.", headers)

    def unavailable(self, status: int) -> Refusal:
        return refusal(status, status, "Internal server error.")

    def quota_gone(self, route: Route) -> Refusal:
        headers = {"X-RateLimit-Category": "Light", "X-RateLimit-Type": "Daily-limit"}
        return refusal(429, 429, "You have reached the maximum daily rate limit for this API.", headers)
