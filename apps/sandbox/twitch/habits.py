"""How Twitch asks who calls, and says no: a token and the client's id, a bucket of points a minute."""

import time
from collections.abc import Mapping

from django.http import HttpRequest

from apps.sandbox.models import FaultKind, Token
from apps.sandbox.services import faults, quota
from apps.sandbox.standin import Call, Habits, Refusal, Route

PLATFORM = "twitch"
POINTS, WINDOW_S = 800, 60
NAMES = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 429: "Too Many Requests",
         500: "Internal Server Error", 503: "Service Unavailable"}  # fmt: skip


def refusal(status: int, message: str) -> Refusal:
    body = {"error": NAMES.get(status, "Error"), "status": status, "message": message}
    return Refusal(status, body, code=message.lower().replace(" ", "_"))


class TwitchHabits(Habits):
    def token_in(self, request: HttpRequest) -> str:
        """Bearer, and OAuth at /validate."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        return token.strip() if scheme.lower() in ("bearer", "oauth") else ""

    def unauthorized(self, token: Token | None) -> Refusal:
        return refusal(401, "Invalid OAuth token")

    def scope_missing(self, route: Route) -> Refusal:
        return refusal(401, f"Missing scope: {' or '.join(route.scopes)}")

    def bad_request(self, sentence: str) -> Refusal:
        return refusal(400, sentence)

    def unknown_address(self) -> Refusal:
        return refusal(404, "Not Found")

    def rate_limited(self, retry_after_s: int | None) -> Refusal:
        made = refusal(429, "Too Many Requests")
        reset = str(int(time.time()) + (retry_after_s or WINDOW_S))
        headers = {"Ratelimit-Limit": str(POINTS), "Ratelimit-Remaining": "0", "Ratelimit-Reset": reset}
        return Refusal(429, made.answer.body, code=made.code, headers=headers)

    def unavailable(self, status: int) -> Refusal:
        return refusal(status, NAMES.get(status, "Error"))

    def quota_gone(self, route: Route) -> Refusal:
        return self.rate_limited(None)

    def check(self, call: Call) -> None:
        if call.route.open or not call.route.operation.startswith("helix."):
            return
        if call.request.headers.get("Client-Id") != call.grant.client_id:
            raise refusal(401, "Client ID and OAuth token do not match")
        if self._used(call) >= POINTS and not faults.stands(PLATFORM, FaultKind.LIMITS_LIFTED):
            raise self.rate_limited(None)

    def headers(self, call: Call) -> Mapping[str, str]:
        if call.token is None or not call.route.operation.startswith("helix."):
            return {}
        left = max(POINTS - self._used(call) - 1, 0)
        reset = str(int(time.time()) + WINDOW_S)
        return {"Ratelimit-Limit": str(POINTS), "Ratelimit-Remaining": str(left), "Ratelimit-Reset": reset}

    def _used(self, call: Call) -> int:
        return quota.calls_of(PLATFORM, call.account.pk, WINDOW_S)
