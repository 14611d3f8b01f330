"""How often something may be done: counted in Valkey, for all processes together (SEC-04).

While Valkey is away each process counts for itself: nothing is stopped, and nothing is let through without end.

verdict = limits.hit("accounts.sms_code", str(user.pk), limit=5, window_s=600)
if not verdict.allowed:
    raise UserError(f"Wait {verdict.wait_text} before you ask for another code.")

@limited("teams.create", by=by_person)  # or limit=10, window_s=3600
def create(request): …
"""

import json
import logging
import math
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import wraps
from ipaddress import ip_network
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from redis.exceptions import RedisError

from . import local_limits, queue
from .caller import address_of
from .pages import wants_partial

logger = logging.getLogger(__name__)

UNSAFE_METHODS = ("POST", "PUT", "PATCH", "DELETE")
WAIT_WHEN_UNKNOWN_S = 5.0

# The times of what was allowed, oldest first. What has left the window is dropped, so the list is never longer than
# the limit; times are kept to the microsecond, and two of those more or less are the same. A refused try is not
# counted: who waits as long as told is let in.
_SCRIPT = """
local limit, window, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local now = tonumber(ARGV[4])
if not now then
  local clock = redis.call('TIME')
  now = tonumber(clock[1]) + tonumber(clock[2]) / 1000000
end
while true do
  local oldest = redis.call('LINDEX', KEYS[1], 0)
  if not oldest or tonumber(oldest) > now - window + 0.000002 then break end
  redis.call('LPOP', KEYS[1])
end
local used = redis.call('LLEN', KEYS[1])
if used + cost > limit then
  local frees = redis.call('LINDEX', KEYS[1], math.min(used + cost - limit, used) - 1)
  local wait = frees and tonumber(frees) + window - now or window
  return {0, math.max(limit - used, 0), string.format('%.6f', wait)}
end
for _ = 1, cost do redis.call('RPUSH', KEYS[1], string.format('%.6f', now)) end
redis.call('PEXPIRE', KEYS[1], math.ceil(window * 1000))
return {1, limit - used - cost, '0'}
"""


@dataclass(frozen=True)
class Verdict:
    """`retry_after_s` is 0 where it was allowed; `known` is False where Valkey did not answer."""

    allowed: bool
    limit: int
    remaining: int
    retry_after_s: float
    known: bool = True

    @property
    def retry_after_header(self) -> str:
        """Whole seconds for Retry-After (RFC 9110, 10.2.3), rounded up."""
        return str(max(1, math.ceil(self.retry_after_s)))

    @property
    def wait_text(self) -> str:
        """For people: "40 seconds", "3 minutes", "2 hours"."""
        seconds = max(1, math.ceil(self.retry_after_s))
        if seconds < 90:
            return ngettext("%(count)d second", "%(count)d seconds", seconds) % {"count": seconds}
        minutes = math.ceil(seconds / 60)
        if minutes < 90:
            return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
        hours = math.ceil(minutes / 60)
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}


def hit(
    name: str,
    key: str,
    limit: int,
    window_s: float,
    *,
    cost: int = 1,
    fail_open: bool = True,
    now_s: float | None = None,
) -> Verdict:
    """Count one more of `name` by `key` (an address, a person's id), unless `limit` were reached within `window_s`.

    In no window of that length are more than `limit` allowed. One round trip, atomic. Where Valkey does not answer
    this process counts by itself, or with `fail_open=False` refuses. `now_s` is the time of Valkey's own clock unless
    it is given.
    """
    arguments = [limit, window_s, cost, "" if now_s is None else f"{now_s:.6f}"]
    try:
        allowed, remaining, wait = _script()(keys=[key_of(name, key)], args=arguments)
    except (RedisError, OSError) as error:
        logger.warning("the limit %s is counted by this process, Valkey does not answer: %s", name, error)
        if not fail_open:
            return Verdict(False, limit, 0, WAIT_WHEN_UNKNOWN_S, known=False)
        here, left, wait_s = local_limits.count(key_of(name, key), limit, window_s, cost)
        return Verdict(here, limit, left, wait_s, known=False)
    return Verdict(bool(allowed), limit, int(remaining), float(wait))


def forget(name: str, key: str) -> None:
    """Begin to count anew. Where Valkey does not answer, only what this process counted is forgotten."""
    local_limits.forget(key_of(name, key))
    try:
        queue.connection().delete(key_of(name, key))
    except (RedisError, OSError) as error:
        logger.warning("the limit %s can't be forgotten, Valkey does not answer: %s", name, error)


def key_of(name: str, key: str) -> str:
    """Valkey's name for it; `key` may be an e-mail address, so only its keyed hash is written there."""
    return f"limit:{name}:{salted_hmac('apps.core.limits', key, algorithm='sha256').hexdigest()[:32]}"


def _script() -> Any:
    return queue.connection().register_script(_SCRIPT)


def by_address(request: HttpRequest) -> str:
    """Counted for each network address; IPv6 by its /64, which is what one customer is given."""
    address = address_of(request) or "unknown"
    return str(ip_network(f"{address}/64", strict=False)) if ":" in address else address


def by_person(request: HttpRequest) -> str:
    """Counted for each person; before sign-in for each network address."""
    user = getattr(request, "user", None)
    return str(user.pk) if user is not None and user.is_authenticated else by_address(request)


def by_team(request: HttpRequest) -> str:
    """Counted for the whole team of the address; below `member_of_team` only."""
    return str(request.team.pk)  # type: ignore[attr-defined]


View = Callable[..., HttpResponseBase]


def limited(
    name: str,
    *,
    limit: int | None = None,
    window_s: float | None = None,
    by: Callable[[HttpRequest], str] = by_address,
    methods: Collection[str] = UNSAFE_METHODS,
    fail_open: bool = True,
) -> Callable[[View], View]:
    """Refuse the view over the limit with 429: a page that says how long to wait, or a toast for HTMX.

    What is not given stands in settings.RATE_LIMITS under the name.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def counted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method in methods:
                many, within_s = (limit, window_s) if limit and window_s else settings.RATE_LIMITS[name]
                verdict = hit(name, by(request), many, within_s, fail_open=fail_open)
                if not verdict.allowed:
                    return too_many(request, verdict)
            return view(request, *args, **kwargs)

        return counted

    return decorate


def too_many(request: HttpRequest, verdict: Verdict) -> HttpResponse:
    """The answer for whom the limit stops: 429 with Retry-After."""
    wait = {"wait": verdict.wait_text}
    if wants_partial(request):
        sentence = _("Too many tries. Nothing was changed; wait %(wait)s and try again.") % wait
        response = HttpResponse(status=429, headers={"HX-Reswap": "none"})
        response["HX-Trigger"] = json.dumps({"toast": {"message": sentence, "level": "warning"}})
    else:
        response = render(request, "errors/429.html", wait, status=429)
    response["Retry-After"] = verdict.retry_after_header
    response["Cache-Control"] = "no-store"
    return response
