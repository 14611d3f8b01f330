from django.urls import path

from . import views

app_name = "jobs"
urlpatterns = [
    path("", views.job_list, name="list"),
    path("requeue/", views.requeue_selected, name="requeue_selected"),
    path("<uuid:job_id>/", views.job_detail, name="job"),
    path("<uuid:job_id>/cancel/", views.cancel, name="cancel"),
    path("<uuid:job_id>/requeue/", views.requeue, name="requeue"),
]
