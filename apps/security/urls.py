from django.urls import path

from . import views

app_name = "security"
urlpatterns = [
    path("privacy/", views.privacy, name="privacy"),
    path("operate/security/", views.overview, name="overview"),
    path("operate/security/rotate/", views.rotate, name="rotate"),
    path("operate/security/check/", views.check, name="check"),
]
