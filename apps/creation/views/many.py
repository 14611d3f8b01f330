"""Many videos from one list of topics, links or texts (JOB-10)."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from apps.core.errors import UserError
from apps.creation.forms.many import ManyForm
from apps.creation.services.many import COLUMNS, MOST, start_many
from apps.creation.services.runs import allowance
from apps.teams.access import TeamRequest, member_of_team
from apps.teams.roles import Permission


@require_http_methods(["GET", "POST"])
@member_of_team(Permission.CREATE_VIDEO)
def many(request: TeamRequest) -> HttpResponse:
    """The page; what it sends starts all of the list, or, where a row is wrong, nothing."""
    bound = request.method == "POST"
    form = ManyForm(request.POST, request.FILES, team=request.team) if bound else ManyForm(team=request.team)
    if bound and form.is_valid():
        data = form.cleaned_data
        name = data["file"].name if data["file"] else "a list"
        try:
            batch = start_many(
                form.ideas,
                team=request.team,
                actor=request.user,
                template=data["template"],
                title=f"{len(form.ideas)} videos from {name}",
                batch_id=data["batch"],
            )
        except UserError as error:
            form.add_error(None, error.message)
        else:
            return redirect("jobs:batch", request.team.slug, batch.pk)
    context = {"form": form, "allowance": allowance(request.team), "columns": COLUMNS, "most": MOST}
    return render(request, "creation/many.html", context, status=422 if bound else 200)
