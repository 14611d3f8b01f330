"""The short addresses of affiliate links, below /l/."""

from django.urls import path

from apps.publishing.views.following import follow

urlpatterns = [path("<slug:code>", follow, name="follow_link")]
