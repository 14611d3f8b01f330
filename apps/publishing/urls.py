"""Addresses below /studio/<team>/publishing/."""

from django.urls import URLPattern

app_name = "publishing"

urlpatterns: list[URLPattern] = []
