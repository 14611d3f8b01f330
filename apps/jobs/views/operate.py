"""What operators set up for all teams: the machines that run workers, and limits (JOB-06, JOB-08)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from apps.accounts.access import operator_required
from apps.accounts.models import User
from apps.jobs import agents, caps, queries
from apps.jobs.errors import JobError
from apps.jobs.forms import AgentForm, CapForm
from apps.jobs.models import Agent, JobCap


class PersonRequest(HttpRequest):
    """A request after the door."""

    user: User


@require_GET
@operator_required
def agent_list(request: PersonRequest) -> HttpResponse:
    """Every machine, how it is and what it does."""
    return _agents(request, AgentForm())


def _agents(request: PersonRequest, form: AgentForm, *, status: int = 200) -> HttpResponse:
    context = {"rows": queries.agents(), "form": form}
    return render(request, "jobs/operate/agents.html", context, status=status)


@require_POST
@operator_required
def make_agent(request: PersonRequest) -> HttpResponse:
    """A new agent; its key is shown on the answer and never again."""
    form = AgentForm(request.POST)
    if form.is_valid():
        try:
            agent, key = agents.make_agent(form.cleaned_data["name"], actor=request.user)
            return _key(request, agent, key)
        except JobError as error:
            form.add_error(error.field, error.message)
    return _agents(request, form, status=422)


def _key(request: PersonRequest, agent: Agent, key: str) -> HttpResponse:
    context = {"agent": agent, "key": key, "server": request.build_absolute_uri("/").rstrip("/")}
    answer = render(request, "jobs/operate/key.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
@operator_required
def renew_key(request: PersonRequest, agent_id: UUID) -> HttpResponse:
    """Another key; the present one stops working at once."""
    agent = get_object_or_404(Agent, pk=agent_id)
    return _key(request, agent, agents.renew_key(agent, actor=request.user))


@require_POST
@operator_required
def revoke(request: PersonRequest, agent_id: UUID) -> HttpResponse:
    """Withdraw the key; the agent's jobs go to others."""
    agent = get_object_or_404(Agent, pk=agent_id)
    try:
        moved = agents.revoke(agent, actor=request.user)
        messages.success(request, f"The key of {agent.name} is withdrawn. Jobs that went to others: {moved}.")
    except JobError as error:
        messages.error(request, error.message)
    return redirect("operate_jobs:agents")


@require_GET
@operator_required
def cap_list(request: PersonRequest) -> HttpResponse:
    """How many jobs at once, by team, kind and queue."""
    return _caps(request, CapForm())


def _caps(request: PersonRequest, form: CapForm, *, status: int = 200) -> HttpResponse:
    context = {"rows": caps.in_force(), "form": form}
    return render(request, "jobs/operate/caps.html", context, status=status)


@require_POST
@operator_required
def set_cap(request: PersonRequest) -> HttpResponse:
    """Set the limit of a scope, or change the one that it has."""
    form = CapForm(request.POST)
    if not form.is_valid():
        return _caps(request, form, status=422)
    cap = caps.set_cap(**form.cleaned_data, actor=request.user)
    messages.success(request, f"No more than {cap.at_once} at once: {cap}.")
    return redirect("operate_jobs:caps")


@require_POST
@operator_required
def lift_cap(request: PersonRequest, cap_id: UUID) -> HttpResponse:
    """Take a limit away; what it held back follows within a second."""
    cap = get_object_or_404(JobCap.objects.select_related("team"), pk=cap_id)
    caps.lift_cap(cap, actor=request.user)
    messages.success(request, f"The limit is gone: {cap}.")
    return redirect("operate_jobs:caps")
