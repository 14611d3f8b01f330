from django.urls import path

from . import views

app_name = "core"
urlpatterns = [
    path("", views.start, name="start"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("dev/mail/", views.mailbox, name="mailbox"),
    path("dev/mail/<str:mail_id>/", views.mailbox, name="mail"),
    path("offline/", views.offline, name="offline"),
    path("service-worker.js", views.service_worker, name="service_worker"),
]
