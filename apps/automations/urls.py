from django.urls import path

from .views import rules

app_name = "automations"
urlpatterns = [
    path("", rules.automation_list, name="list"),
    path("log/", rules.log, name="log"),
    path("new/", rules.choose, name="choose"),
    path("make/", rules.make, name="make"),
    path("<uuid:automation_id>/", rules.automation, name="automation"),
    path("<uuid:automation_id>/edit/", rules.edit, name="edit"),
    path("<uuid:automation_id>/switch/", rules.switch, name="switch"),
    path("<uuid:automation_id>/remove/", rules.remove, name="remove"),
]
