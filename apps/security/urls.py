from django.urls import path

from . import views

app_name = "security"
urlpatterns = [path("privacy/", views.privacy, name="privacy")]
