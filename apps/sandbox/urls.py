"""Addresses below /sandbox/: stand-ins of outside platforms, on the embedded default and in tests only."""

from django.urls import URLPattern

app_name = "sandbox"

urlpatterns: list[URLPattern] = []
