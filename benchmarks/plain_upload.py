"""The shortest Django that saves an uploaded file: settings and addresses of the rival of benchmarks/tus.py."""

from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse
from django.urls import path

from config.settings.embedded import *  # noqa: F403

ROOT_URLCONF = "benchmarks.plain_upload"
MIDDLEWARE = ["allauth.account.middleware.AccountMiddleware"]  # without which allauth does not start


def upload(request: HttpRequest) -> HttpResponse:
    """Save the file of the form, as Django's documentation shows it, and remove it again."""
    if file := request.FILES.get("file"):
        default_storage.delete(default_storage.save("uploads/plain/video.mp4", file))
    return HttpResponse(status=204)


urlpatterns = [path("", upload), path("healthz", upload)]
