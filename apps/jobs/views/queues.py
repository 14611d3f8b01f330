"""How the queues are: what waits and why, what was done, what limits them (JOB-04, JOB-08)."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from apps.core.pages import answer
from apps.jobs import history, queries
from apps.jobs.models import JobCap
from apps.teams.access import TeamRequest, member_of_team
from apps.teams.roles import Permission


@require_GET
@member_of_team(Permission.VIEW_STUDIO)
def queues(request: TeamRequest) -> HttpResponse:
    """Depth and throughput of the last day, and why things wait."""
    past = {queue.name: queue for queue in history.history(request.team)}
    depths = queries.depth(request.team)
    context = {
        "queues": [(depth, past[depth.name]) for depth in depths],
        "held": history.held(request.team),
        "caps": JobCap.objects.in_team(request.team),
        "dead": sum(depth.dead for depth in depths),
    }
    return answer(request, "jobs/queues.html", context, partial="queues")
