from django.urls import path

from .views import team

app_name = "audit"
urlpatterns = [
    path("", team.record_list, name="list"),
    path("export/<slug:name>/", team.export, name="export"),
    path("chain/", team.chain, name="chain"),
    path("<int:record_id>/", team.record, name="record"),
]
