"""Where platforms send people back to: one address for each platform, which is registered there, for all teams."""

from django.urls import path

from apps.connections.views.returning import come_back

urlpatterns = [path("<slug:platform>/", come_back, name="connections_return")]
