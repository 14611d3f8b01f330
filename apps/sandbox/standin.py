"""What a stand-in is: routes, and the habits of its platform. Each platform is a folder beside this file."""

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, BinaryIO, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, QueryDict

from apps.sandbox.models import Account, Fault, Grant, Token


@dataclass(frozen=True)
class Answer:
    """What a handler answers with: JSON unless `body` is None (nothing) or text."""

    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> HttpResponse:
        if self.body is None:
            response = HttpResponse(b"", status=self.status)
            response.headers.pop("Content-Type", None)
        elif isinstance(self.body, str):
            response = HttpResponse(self.body, status=self.status, content_type="text/plain; charset=utf-8")
        else:
            response = JsonResponse(self.body, status=self.status, safe=False)
        for name, value in self.headers.items():
            response[name] = value
        return response


class Refusal(Exception):
    """The platform says no, in the shape of its own errors. `code` is for the log of calls."""

    def __init__(
        self, status: int, body: Any, *, code: str = "", headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(code or str(status))
        self.answer = Answer(body, status, headers or {})
        self.code = code


class BrokenOff(Exception):
    """An upload that was made to break off, after its first bytes were kept; without an answer, or with 503."""

    def __init__(self, *, answers: bool) -> None:
        super().__init__("broken off")
        self.answers = answers


Handler = Callable[["Call"], Answer | HttpResponseBase]


@dataclass(frozen=True)
class Route:
    """An operation: `pattern` is the address below the stand-in's, with `{name}` for one part of it.

    A token is asked for unless `open`, and one of `scopes` where there are any. `cost` is what it takes out of a
    quota, in the platform's own terms. `takes_bytes`: an upload that can be made to break off.
    """

    method: str
    pattern: str
    operation: str
    handler: Handler
    scopes: tuple[str, ...] = ()
    open: bool = False
    cost: Any = None
    takes_bytes: bool = False

    @cached_property
    def regex(self) -> re.Pattern[str]:
        parts = re.split(r"\{(\w+)\}", self.pattern)
        spelled = "".join(f"(?P<{part}>[^/]+)" if n % 2 else re.escape(part) for n, part in enumerate(parts))
        return re.compile(spelled)


@dataclass
class Call:
    """One request to a stand-in, as its handlers see it. `args` come from the address, `token` from the request."""

    request: HttpRequest
    stand_in: "StandIn"
    route: Route
    args: dict[str, str]
    token: Token | None = None
    faults: list[Fault] = field(default_factory=list)  # that it has met
    kinds: set[str] | None = None  # of faults that are switched on; kept by services.faults

    @property
    def base(self) -> str:
        """Where this stand-in is, as its caller sees it: `http://127.0.0.1:8000/sandbox/google`."""
        return f"{sandbox_url()}/{self.stand_in.slug}"

    @property
    def query(self) -> QueryDict:
        return self.request.GET

    @property
    def account(self) -> Account:
        """Whom the token speaks for; for routes that ask for one."""
        return self._token.account

    @property
    def grant(self) -> Grant:
        return self._token.grant

    @property
    def _token(self) -> Token:
        if self.token is None:
            raise LookupError(f"{self.route.operation} is open: it has no account")
        return self.token

    @cached_property
    def json(self) -> dict[str, Any]:
        """The body as a JSON object; Refusal of the platform where it is none."""
        try:
            data = json.loads(self.request.body or b"{}")
        except ValueError:
            data = None
        if not isinstance(data, dict):
            raise self.stand_in.habits.bad_request("The body is not a JSON object.")
        return data

    @cached_property
    def params(self) -> dict[str, str]:
        """Query and form fields together, the form's first."""
        return {**self.request.GET.dict(), **self.request.POST.dict()}

    @property
    def stream(self) -> BinaryIO:
        """The body, to be read in pieces."""
        return cast(BinaryIO, self.request)

    @property
    def length(self) -> int:
        """How many bytes the body is said to have."""
        value = self.request.headers.get("Content-Length", "0")
        return int(value) if value.isdigit() else 0


class Habits(ABC):
    """How a platform answers what every platform answers: who asks, and how it says no."""

    def token_in(self, request: HttpRequest) -> str:
        """The access token that a request brings, "" where there is none."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""

    @abstractmethod
    def unauthorized(self, token: Token | None) -> Refusal:
        """No token, or one that is not good; `token` where it is known at all."""

    @abstractmethod
    def scope_missing(self, route: Route) -> Refusal: ...

    @abstractmethod
    def bad_request(self, sentence: str) -> Refusal: ...

    @abstractmethod
    def unknown_address(self) -> Refusal: ...

    @abstractmethod
    def rate_limited(self, retry_after_s: int | None) -> Refusal: ...

    @abstractmethod
    def unavailable(self, status: int) -> Refusal: ...

    @abstractmethod
    def quota_gone(self, route: Route) -> Refusal: ...

    def check(self, call: Call) -> None:  # noqa: B027 - a platform without further rules leaves it as it is
        """What else is asked before an operation: limits on calls, quota, a header. Raises Refusal."""

    def headers(self, call: Call) -> Mapping[str, str]:
        """What every answer carries."""
        return {}


@dataclass(frozen=True)
class StandIn:
    """A platform's double below /sandbox/<slug>/. `samples` are the people who may be asked for consent, `new_account`
    makes one more of that name, `slash_is_free` where an address may end with a slash or not."""

    slug: str
    name: str
    account_word: str
    habits: Habits
    routes: tuple[Route, ...]
    samples: Callable[[], list[Account]]
    new_account: Callable[[str], Account]
    slash_is_free: bool = False

    @property
    def operations(self) -> list[str]:
        """The names of all of them, each once."""
        return list(dict.fromkeys(route.operation for route in self.routes))

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        """The route of an address and what stands in its places."""
        path = path.rstrip("/") if self.slash_is_free else path
        for route in self.routes:
            match = route.regex.fullmatch(path) if route.method == method else None
            if match:
                return route, match.groupdict()
        return None


def sandbox_url() -> str:
    """Where the stand-ins are, as the product calls them."""
    return str(settings.SANDBOX_URL).rstrip("/")


def is_web_address(url: str) -> bool:
    """Whether people may be sent back there."""
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def plain_refusal(status: int, sentence: str) -> Refusal:
    """For what a person sees in a browser, not a client."""
    return Refusal(status, sentence, code="page")
