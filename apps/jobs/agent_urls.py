from django.urls import path

from .agent_api import beat

app_name = "agents"
urlpatterns = [path("beat", beat, name="beat")]
