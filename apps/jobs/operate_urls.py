from django.urls import path

from .views import operate

app_name = "operate_jobs"
urlpatterns = [
    path("agents/", operate.agent_list, name="agents"),
    path("agents/make/", operate.make_agent, name="make_agent"),
    path("agents/<uuid:agent_id>/key/", operate.renew_key, name="renew_key"),
    path("agents/<uuid:agent_id>/revoke/", operate.revoke, name="revoke_agent"),
    path("limits/", operate.cap_list, name="caps"),
    path("limits/set/", operate.set_cap, name="set_cap"),
    path("limits/<uuid:cap_id>/lift/", operate.lift_cap, name="lift_cap"),
]
