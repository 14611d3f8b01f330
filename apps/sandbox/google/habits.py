"""How Google asks who calls, counts what they may have, and says no."""

from dataclasses import dataclass

from apps.sandbox.google.errors import forbidden, refusal
from apps.sandbox.models import FaultKind, Token
from apps.sandbox.services import faults, quota
from apps.sandbox.standin import Call, Habits, Refusal, Route

PLATFORM = "google"
LIMITS = {"uploads": 100, "searches": 100, "units": 10_000}  # a project a day


@dataclass(frozen=True)
class Cost:
    """What a call takes out of a project's bucket."""

    bucket: str
    units: int = 1


READ, WRITE = Cost("units"), Cost("units", 50)


class GoogleHabits(Habits):
    def unauthorized(self, token: Token | None) -> Refusal:
        words = "Request had invalid authentication credentials. Expected OAuth 2 access token."
        challenge = {"WWW-Authenticate": 'Bearer realm="https://accounts.google.com/", error="invalid_token"'}
        return refusal(401, "authError", words, domain="global", headers=challenge)

    def scope_missing(self, route: Route) -> Refusal:
        return forbidden("Request had insufficient authentication scopes.", "insufficientPermissions")

    def bad_request(self, sentence: str) -> Refusal:
        return refusal(400, "badRequest", sentence, domain="global")

    def unknown_address(self) -> Refusal:
        return refusal(404, "notFound", "The requested URL was not found on this server.", domain="global")

    def rate_limited(self, retry_after_s: int | None) -> Refusal:
        headers = {} if retry_after_s is None else {"Retry-After": str(retry_after_s)}
        return refusal(429, "rateLimitExceeded", "Too many requests.", domain="global", headers=headers)

    def unavailable(self, status: int) -> Refusal:
        status = status if status in (500, 503) else 503
        return refusal(status, "backendError", "Backend Error", domain="global")

    def quota_gone(self, route: Route) -> Refusal:
        words = "The request cannot be completed because you have exceeded your quota."
        return refusal(403, "quotaExceeded", words, domain="youtube.quota")

    def check(self, call: Call) -> None:
        """Every call is paid for, also one that is refused later."""
        cost: Cost | None = call.route.cost
        if cost is None or faults.stands(PLATFORM, FaultKind.LIMITS_LIFTED):
            return
        owner, limit = call.grant.client_id, LIMITS[cost.bucket]
        if not quota.spend(PLATFORM, cost.bucket, owner, cost.units, limit, quota.pacific_midnight()):
            raise self.quota_gone(call.route)
