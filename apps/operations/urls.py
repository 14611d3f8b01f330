"""The operator pages. Each view lets in operators who have used their second factor, and nobody else."""

from django.urls import path

from apps.operations.views import overview, people, switches, teams, work

app_name = "operate"
urlpatterns = [
    path("", overview.overview, name="overview"),
    path("usage/", overview.usage, name="usage"),
    path("content/", overview.content, name="content"),
    path("people/", people.people, name="people"),
    path("people/<uuid:user_id>/", people.person, name="person"),
    path("people/<uuid:user_id>/disable/", people.disable, name="disable"),
    path("people/<uuid:user_id>/sign-out/", people.sign_out, name="sign_out"),
    path("people/<uuid:user_id>/enable/", people.enable, name="enable"),
    path("people/<uuid:user_id>/role/", people.change_role, name="change_role"),
    path("teams/", teams.teams, name="teams"),
    path("teams/<uuid:team_id>/", teams.team, name="team"),
    path("teams/<uuid:team_id>/grant/", teams.grant, name="grant"),
    path("teams/<uuid:team_id>/settings/<slug:slug>/", teams.set_value, name="team_setting"),
    path("grants/", teams.grants, name="grants"),
    path("grants/<uuid:grant_id>/revoke/", teams.revoke, name="revoke"),
    path("flags/", switches.switches, name="switches"),
    path("flags/<slug:slug>/", switches.flag, name="flag"),
    path("settings/<slug:slug>/", switches.set_value, name="setting"),
    path("work/", work.queues, name="queues"),
    path("failed/", work.failed, name="failed"),
    path("failed/requeue/", work.requeue_selected, name="requeue_selected"),
    path("failed/<uuid:job_id>/", work.failed_job, name="failed_job"),
    path("failed/<uuid:job_id>/requeue/", work.requeue, name="requeue"),
    path("providers/", work.providers, name="providers"),
]
