"""Addresses below /studio/<team>/library/."""

from django.urls import path

from apps.library.views import media, tus, uploads, video, videos

app_name = "library"
urlpatterns = [
    path("", videos.video_list, name="list"),
    path("export.csv", videos.export_csv, name="export"),
    path("tags/", videos.tag_selected, name="tag_selected"),
    path("delete/", videos.delete_selected, name="delete_selected"),
    path("deleted/", videos.deleted, name="deleted"),
    path("deleted/restore/", videos.restore, name="restore"),
    path("videos/<uuid:video_id>/", video.video_page, name="video"),
    path("videos/<uuid:video_id>/edit/", video.edit, name="edit"),
    path("videos/<uuid:video_id>/words/", video.words, name="words"),
    path("videos/<uuid:video_id>/versions/<int:number>/", video.version_page, name="version"),
    path(
        "videos/<uuid:video_id>/versions/<int:number>/restore/", video.restore_version, name="restore_version"
    ),
    path("videos/<uuid:video_id>/delete/", video.delete, name="delete"),
    path("files/<uuid:asset_id>/", video.file, name="file"),
    path("files/<uuid:asset_id>/evidence/", video.evidence, name="evidence"),
    path("media/", media.media_list, name="media"),
    path("media/upload/", media.upload, name="upload"),
    path("media/<uuid:asset_id>/delete/", media.delete_media, name="delete_media"),
    path("media/<uuid:asset_id>/restore/", media.restore_media, name="restore_media"),
    path("uploads/", uploads.uploads_page, name="uploads"),
    path("uploads/files/", uploads.upload_files, name="upload_files"),
    path("uploads/tus/", tus.collection, name="tus"),
    path("uploads/tus/<uuid:upload_id>/", tus.resource, name="tus_upload"),
    path("uploads/<uuid:upload_id>/cancel/", uploads.cancel, name="cancel_upload"),
    path("videos/<uuid:video_id>/making/stop/", uploads.stop, name="stop_ingest"),
    path("videos/<uuid:video_id>/making/retry/", uploads.retry, name="retry_ingest"),
    path("brand/", media.brand, name="brand"),
]
