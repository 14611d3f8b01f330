"""Addresses below /studio/<team>/connections/."""

from django.urls import URLPattern

app_name = "connections"

urlpatterns: list[URLPattern] = []
