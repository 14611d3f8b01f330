"""Addresses below /media/: stored files for content delivery networks, by signed links."""

from django.urls import path

from apps.library.views import links

app_name = "media"
urlpatterns = [path("<path:path>", links.signed_file, name="file")]
