from django.urls import path

from . import views

app_name = "privacy"
urlpatterns = [
    path("", views.privacy, name="privacy"),
    path("export/", views.request_export, name="request_export"),
    path("export/<uuid:export_id>/", views.download, name="download"),
    path("delete/", views.request_deletion, name="request_deletion"),
    path("keep/", views.cancel_deletion, name="cancel_deletion"),
]
