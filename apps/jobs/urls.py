from django.urls import path

from .views import batches, failed, jobs, queues

app_name = "jobs"
urlpatterns = [
    path("", jobs.job_list, name="list"),
    path("requeue/", jobs.requeue_selected, name="requeue_selected"),
    path("failed/", failed.failed, name="failed"),
    path("failed/put-back/", failed.put_back, name="put_back"),
    path("queues/", queues.queues, name="queues"),
    path("batches/", batches.batch_list, name="batches"),
    path("batches/<uuid:batch_id>/", batches.batch, name="batch"),
    path("batches/<uuid:batch_id>/cancel/", batches.cancel, name="cancel_batch"),
    path("batches/<uuid:batch_id>/retry/", batches.retry, name="retry_batch"),
    path("<uuid:job_id>/", jobs.job_detail, name="job"),
    path("<uuid:job_id>/edit/", jobs.edit, name="edit"),
    path("<uuid:job_id>/cancel/", jobs.cancel, name="cancel"),
    path("<uuid:job_id>/requeue/", jobs.requeue, name="requeue"),
]
