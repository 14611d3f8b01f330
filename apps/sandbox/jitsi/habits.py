"""How a web server says no: with a status and a word."""

from apps.sandbox.models import Token
from apps.sandbox.standin import Habits, Refusal, Route

PLATFORM = "jitsi"


def refusal(status: int, word: str, headers: dict[str, str] | None = None) -> Refusal:
    return Refusal(status, word, code=str(status), headers=headers)


class JitsiHabits(Habits):
    def unauthorized(self, token: Token | None) -> Refusal:
        return refusal(401, "Unauthorized")

    def scope_missing(self, route: Route) -> Refusal:
        return refusal(403, "Forbidden")

    def bad_request(self, sentence: str) -> Refusal:
        return refusal(400, sentence)

    def unknown_address(self) -> Refusal:
        return refusal(404, "Not Found")

    def rate_limited(self, retry_after_s: int | None) -> Refusal:
        headers = {} if retry_after_s is None else {"Retry-After": str(retry_after_s)}
        return refusal(429, "Too Many Requests", headers)

    def unavailable(self, status: int) -> Refusal:
        return refusal(status, "Service Unavailable")

    def quota_gone(self, route: Route) -> Refusal:
        return self.rate_limited(None)
