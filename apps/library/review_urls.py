"""Addresses below /review/: what guests open, without an account."""

from django.urls import path

from apps.library.views import review

app_name = "review"
urlpatterns = [
    path("<str:token>/", review.guest_page, name="page"),
    path("<str:token>/files/<uuid:asset_id>/", review.guest_file, name="file"),
]
