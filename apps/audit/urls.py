from django.urls import path

from . import views

app_name = "audit"
urlpatterns = [
    path("", views.record_list, name="list"),
    path("export/<slug:name>/", views.export, name="export"),
    path("chain/", views.chain, name="chain"),
    path("<int:record_id>/", views.record, name="record"),
]
