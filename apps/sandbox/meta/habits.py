"""How the Graph API says no, and how much of its budget it says that was used."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from datetime import timedelta

from django.http import HttpRequest
from django.utils import timezone

from apps.sandbox.models import LoggedCall, Token
from apps.sandbox.services import grants
from apps.sandbox.standin import Call, Habits, Refusal, Route

PLATFORM = "meta"
CALLS_AN_HOUR = 4800
UNAVAILABLE = (500, 502, 503, 504)


def refusal(
    status: int,
    code: int,
    message: str,
    *,
    subcode: int = 0,
    kind: str = "OAuthException",
    transient: bool = False,
    title: str = "",
    for_user: str = "",
) -> Refusal:
    """`code` and `subcode` are what clients go by."""
    error: dict[str, object] = {
        "message": message,
        "type": kind,
        "code": code,
        "fbtrace_id": secrets.token_urlsafe(8),
    }
    if subcode:
        error["error_subcode"] = subcode
    if transient:
        error["is_transient"] = True
    if title:
        error |= {"error_user_title": title, "error_user_msg": for_user}
    return Refusal(status, {"error": error}, code=f"{code}/{subcode}" if subcode else str(code))


def invalid(message: str, *, subcode: int = 0) -> Refusal:
    return refusal(400, 100, f"(#100) {message}", subcode=subcode)


def missing(node_id: str) -> Refusal:
    words = "does not exist, cannot be loaded due to missing permissions, or does not support this operation"
    message = f"Unsupported request. Object with ID '{node_id}' {words}"
    return refusal(400, 100, message, subcode=33, kind="GraphMethodException")


class MetaHabits(Habits):
    def token_in(self, request: HttpRequest) -> str:
        """In the query, the form, or the head, as OAuth or Bearer."""
        given = request.GET.get("access_token", "")
        if not given and _is_form(request):
            given = request.POST.get("access_token", "")
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        return given or (token.strip() if scheme.lower() in ("oauth", "bearer") else "")

    def unauthorized(self, token: Token | None) -> Refusal:
        if token is None:
            return refusal(400, 190, "Invalid OAuth access token - Cannot parse access token")
        if token.revoked_at or token.grant.revoked_at:
            words = "Error validating access token: The user has not authorized application."
            return refusal(400, 190, words, subcode=458)
        return refusal(401, 190, "Error validating access token: Session has expired.", subcode=463)

    def scope_missing(self, route: Route) -> Refusal:
        return refusal(403, 10, f"(#10) This endpoint requires the '{route.scopes[0]}' permission.")

    def bad_request(self, sentence: str) -> Refusal:
        return invalid(sentence)

    def unknown_address(self) -> Refusal:
        return refusal(404, 2500, "Unknown path components")

    def rate_limited(self, retry_after_s: int | None) -> Refusal:
        """How long to wait, Graph says in a head of its own, in minutes."""
        made = refusal(403, 4, "(#4) Application request limit reached", transient=True)
        usage = {"app": [{"type": "pages", "call_count": 100, "total_cputime": 5, "total_time": 5,
                          "estimated_time_to_regain_access": -(-(retry_after_s or 0) // 60)}]}  # fmt: skip
        headers = {"X-App-Usage": _usage(100), "X-Business-Use-Case-Usage": json.dumps(usage)}
        return Refusal(403, made.answer.body, code=made.code, headers=headers)

    def unavailable(self, status: int) -> Refusal:
        words = "An unknown error has occurred." if status == 500 else "Service temporarily unavailable"
        code = 1 if status == 500 else 2
        return refusal(status if status in UNAVAILABLE else 503, code, words, transient=True)

    def quota_gone(self, route: Route) -> Refusal:
        """The daily cap of publications: Instagram's own, or a page's."""
        if route.operation.startswith("ig."):
            words = "Application request limit reached"
            return refusal(
                403, 9, words, subcode=2207042, title="Posts limit", for_user="Try again tomorrow."
            )
        return refusal(403, 341, "(#341) Feed action request limit reached", subcode=1363047)

    def check(self, call: Call) -> None:
        """An application that proves its secret must do so rightly."""
        given = call.params if _is_form(call.request) else call.query
        proof, secret = given.get("appsecret_proof"), self.token_in(call.request)
        right = hmac.new(grants.CLIENT_SECRET.encode(), secret.encode(), hashlib.sha256).hexdigest()
        if proof is not None and not hmac.compare_digest(proof, right):
            raise refusal(
                400, 100, "Invalid appsecret_proof provided in the API argument", kind="GraphMethodException"
            )

    def headers(self, call: Call) -> Mapping[str, str]:
        """Percent of the hour's budget, on every answer to a token."""
        if call.token is None:
            return {}
        since = timezone.now() - timedelta(hours=1)
        calls = LoggedCall.objects.filter(platform=PLATFORM, account=call.token.account, created_at__gt=since)
        percent = min(100 * calls.count() // CALLS_AN_HOUR, 100)
        one = {"type": "instagram" if call.route.operation.startswith("ig.") else "pages",
               "call_count": percent, "total_cputime": percent // 2, "total_time": percent // 2,
               "estimated_time_to_regain_access": 0}  # fmt: skip
        return {
            "X-App-Usage": _usage(percent),
            "X-Business-Use-Case-Usage": json.dumps({call.token.account.external_id: [one]}),
        }


def _usage(percent: int) -> str:
    return json.dumps({"call_count": percent, "total_cputime": percent // 2, "total_time": percent // 2})


def _is_form(request: HttpRequest) -> bool:
    kind = request.headers.get("Content-Type", "")
    return kind.startswith(("application/x-www-form-urlencoded", "multipart/form-data"))


def application(params: Mapping[str, str]) -> str:
    """The client id, where its secret is right."""
    client_id = params.get("client_id", "")
    if not grants.knows_client(client_id, params.get("client_secret", "")):
        raise refusal(
            400, 101, "Error validating application. Cannot get application info due to a system error."
        )
    return client_id
