from django.urls import path

from .views import operate

app_name = "operate_audit"
urlpatterns = [
    path("", operate.record_list, name="list"),
    path("export/<slug:name>/", operate.export, name="export"),
    path("chains/", operate.chains, name="chains"),
    path("chains/<slug:name>/verify/", operate.verify, name="verify"),
    path("<int:record_id>/", operate.record, name="record"),
]
