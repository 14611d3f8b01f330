"""How TikTok says yes and no: one envelope for everything."""

import secrets
from typing import Any

from apps.sandbox.models import FaultKind, Token
from apps.sandbox.services import faults, quota
from apps.sandbox.standin import Answer, Call, Habits, Refusal, Route

PLATFORM = "tiktok"
WINDOW_S = 60


def log_id() -> str:
    return f"2026{secrets.token_hex(14).upper()}"


def ok(data: dict[str, Any]) -> Answer:
    return Answer({"data": data, "error": {"code": "ok", "message": "", "log_id": log_id()}})


def refusal(status: int, code: str, message: str) -> Refusal:
    return Refusal(
        status, {"data": {}, "error": {"code": code, "message": message, "log_id": log_id()}}, code=code
    )


def invalid(message: str) -> Refusal:
    return refusal(400, "invalid_param", message)


class TikTokHabits(Habits):
    def unauthorized(self, token: Token | None) -> Refusal:
        return refusal(
            401, "access_token_invalid", "The access token is invalid or not found in the request."
        )

    def scope_missing(self, route: Route) -> Refusal:
        return refusal(
            401,
            "scope_not_authorized",
            "The user did not authorize the required scope.",
        )

    def bad_request(self, sentence: str) -> Refusal:
        return invalid(sentence)

    def unknown_address(self) -> Refusal:
        return refusal(404, "unsupported_path", "Unsupported path (Janus).")

    def rate_limited(self, retry_after_s: int | None) -> Refusal:
        """TikTok documents no Retry-After; one is sent only where it was asked for."""
        made = refusal(429, "rate_limit_exceeded", "The API rate limit was exceeded. Please try again later.")
        if retry_after_s is not None:
            return Refusal(429, made.answer.body, code=made.code, headers={"Retry-After": str(retry_after_s)})
        return made

    def unavailable(self, status: int) -> Refusal:
        return refusal(status, "internal_error", "Something is wrong. Please try again later.")

    def quota_gone(self, route: Route) -> Refusal:
        return refusal(403, "spam_risk_too_many_posts", "The daily post cap of the user was reached.")

    def check(self, call: Call) -> None:
        """So many calls a minute of one account, where the route has a limit."""
        limit: int | None = call.route.cost
        if limit is None or faults.stands(PLATFORM, FaultKind.LIMITS_LIFTED, call.account):
            return
        if quota.calls_within(PLATFORM, call.route.operation, call.account.pk, WINDOW_S) >= limit:
            raise self.rate_limited(None)
