"""Addresses below /sandbox/: stand-ins of outside platforms, on the embedded default and in tests only."""

from django.urls import path

from apps.sandbox.views import consent, panel, public, stand_ins

app_name = "sandbox"

urlpatterns = [
    path("", panel.panel, name="panel"),
    path("calls/", panel.calls, name="calls"),
    path("faults/on/", panel.switch_on, name="switch_on"),
    path("faults/off/", panel.switch_all_off, name="switch_all_off"),
    path("faults/<uuid:fault_id>/off/", panel.switch_off, name="switch_off"),
    path("accounts/<uuid:account_id>/tell/", panel.tell, name="tell"),
    path("consent/", consent.ask, name="consent"),
    path("accounts/<str:account_id>/", public.account, name="account"),
    path("picture/<str:account_id>/", public.picture, name="picture"),
    path("watch/<str:video_id>/", public.watch, name="watch"),
    path("watch/<str:video_id>/file/", public.file, name="file"),
    path("watch/<str:video_id>/thumbnail/", public.thumbnail, name="thumbnail"),
    path("<slug:platform>/<path:path>", stand_ins.stand_in, name="stand_in"),
]
