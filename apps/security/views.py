"""What is kept of people and why, for everybody to read (SEC-09)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from apps.security.purposes import LEAST_AGE, NOTICE, PURPOSES


@require_GET
def privacy(request: HttpRequest) -> HttpResponse:
    context = {"purposes": PURPOSES, "notice": NOTICE, "least_age": LEAST_AGE}
    return render(request, "security/privacy.html", context)
