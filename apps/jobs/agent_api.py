"""What agents call, with their key instead of a session."""

import json
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from apps.core import limits
from apps.core.caller import current_address
from apps.jobs import agents
from apps.jobs.forms import AgentBeat

BAD_KEYS = 20  # by one address
BAD_KEYS_WINDOW_S = 600


@csrf_exempt
@require_POST
def beat(request: HttpRequest) -> HttpResponse:
    """Note how an agent is. 401 without a known key (429 after many of them), 400 where the report can't be read."""
    agent = agents.agent_with_key(request.headers.get("Authorization", "").removeprefix("Bearer "))
    if agent is None:
        return _unknown_key()
    try:
        form = AgentBeat(_report(request))
    except ValueError:
        return _error("The report is no JSON object.", HTTPStatus.BAD_REQUEST)
    if not form.is_valid():
        return _error(form.errors.as_text(), HTTPStatus.BAD_REQUEST)
    if form.cleaned_data["leaving"]:
        agents.leave(agent)
    else:
        agents.beat(agent, form.report())
    return JsonResponse({"agent": str(agent.pk), "beat_s": settings.AGENT_BEAT_S})


def _report(request: HttpRequest) -> dict[str, Any]:
    """Raises ValueError for what is no JSON object."""
    given = json.loads(request.body)
    if not isinstance(given, dict):
        raise ValueError("no object")
    return given


def _unknown_key() -> HttpResponse:
    verdict = limits.hit("jobs.agent_key", current_address() or "", BAD_KEYS, BAD_KEYS_WINDOW_S)
    if verdict.allowed:
        return _error("This key is not known, or was withdrawn.", HTTPStatus.UNAUTHORIZED)
    answer = _error("Too many unknown keys from this address.", HTTPStatus.TOO_MANY_REQUESTS)
    answer["Retry-After"] = verdict.retry_after_header
    return answer


def _error(sentence: str, status: HTTPStatus) -> HttpResponse:
    return JsonResponse({"error": sentence}, status=status)
