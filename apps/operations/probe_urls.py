"""What machines ask, at the root of the site."""

from django.urls import path

from apps.operations.views import probes

urlpatterns = [
    path("readyz", probes.readyz, name="readyz"),
    path("metrics", probes.metrics, name="metrics"),
]
