"""From a request to a stand-in's answer: find the operation, let go wrong what is to go wrong, ask for the token,
answer, and write it into the log of calls."""

import time
from collections.abc import Iterator

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from apps.sandbox.models import FaultKind, Token
from apps.sandbox.services import calls, faults, grants
from apps.sandbox.standin import Answer, BrokenOff, Call, Refusal, Route, StandIn


def answer(stand_in: StandIn, request: HttpRequest, path: str) -> HttpResponseBase:
    """What the platform would answer, with the faults that are switched on."""
    started = time.monotonic()
    method = request.method or ""
    route, args = stand_in.find(method, path) or (Route(method, path, "unknown", _unknown, open=True), {})
    call = Call(request, stand_in, route, args, token=_token(stand_in, request))
    code, lost = "", False
    try:
        _let_go_wrong(call)
        _check(call)
        response = _response(call.route.handler(call))
        lost = faults.take(call, FaultKind.ANSWER_LOST) is not None
    except Refusal as refusal:
        response, code = refusal.answer.response(), refusal.code
    except BrokenOff as broken:
        response, code = stand_in.habits.unavailable(503).answer.response(), "broken_off"
        lost = not broken.answers
    for name, value in stand_in.habits.headers(call).items():
        response.headers.setdefault(name, value)
    calls.write(call, response.status_code, code=code, seconds=time.monotonic() - started)
    return nothing(request) if lost else response


def _unknown(call: Call) -> Answer:
    raise call.stand_in.habits.unknown_address()


def _token(stand_in: StandIn, request: HttpRequest) -> Token | None:
    secret = stand_in.habits.token_in(request)
    return grants.find(stand_in.slug, secret) if secret else None


def _let_go_wrong(call: Call) -> None:
    """Faults of whole calls. An expired or revoked token is left to the platform itself to refuse."""
    habits = call.stand_in.habits
    if fault := faults.take(call, FaultKind.SLOW):
        time.sleep(fault.amount or 0)
    if fault := faults.take(call, FaultKind.RATE_LIMITED):
        raise habits.rate_limited(fault.amount)
    if fault := faults.take(call, FaultKind.UNAVAILABLE):
        raise habits.unavailable(fault.amount or 503)
    if call.token is None:
        return
    if faults.take(call, FaultKind.QUOTA_GONE):
        raise habits.quota_gone(call.route)
    if faults.take(call, FaultKind.TOKEN_EXPIRED):
        grants.expire(call.token)
    if faults.take(call, FaultKind.TOKEN_REVOKED):
        grants.revoke(call.token.grant)


def _check(call: Call) -> None:
    route, habits = call.route, call.stand_in.habits
    if not route.open:
        if call.token is None or not call.token.is_valid:
            raise habits.unauthorized(call.token)
        if route.scopes and not set(route.scopes) & set(call.token.grant.scopes):
            raise habits.scope_missing(route)
    habits.check(call)


def _response(made: Answer | HttpResponseBase) -> HttpResponseBase:
    return made.response() if isinstance(made, Answer) else made


def nothing(request: HttpRequest) -> HttpResponseBase:
    """An answer that never arrives. A WSGI server closes the connection without a byte; daphne cannot be told to, so
    there a client gets what no HTTP parser takes."""
    if isinstance(request, ASGIRequest):
        return HttpResponse(b"lost\r\n", headers={"Transfer-Encoding": "chunked", "Content-Length": "6"})
    return _Dropped()


class _Dropped(HttpResponse):
    """Breaks off as soon as it is to be sent; wsgiref takes that for a client that went away."""

    streaming = True

    def __iter__(self) -> Iterator[bytes]:
        raise ConnectionResetError("dropped on purpose")
