"""Addresses below /studio/<team>/library/."""

from django.urls import path

from apps.library.views import (
    captions,
    importing,
    media,
    review,
    speech,
    thumbnails,
    tus,
    uploads,
    video,
    videos,
    words,
)

app_name = "library"
urlpatterns = [
    path("", videos.video_list, name="list"),
    path("export.csv", videos.export_csv, name="export"),
    path("tags/", videos.tag_selected, name="tag_selected"),
    path("edit/", words.edit_selected, name="edit_selected"),
    path("fill/", words.fill_selected, name="fill_selected"),
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
    path("videos/<uuid:video_id>/captions/", captions.captions, name="captions"),
    path("videos/<uuid:video_id>/captions/import/", captions.import_captions, name="import_captions"),
    path("videos/<uuid:video_id>/captions/delete/", captions.delete_captions, name="delete_captions"),
    path("videos/<uuid:video_id>/captions/speech/", speech.transcribe, name="transcribe"),
    path("videos/<uuid:video_id>/thumbnails/", thumbnails.thumbnails, name="thumbnails"),
    path(
        "videos/<uuid:video_id>/thumbnails/preview.jpg",
        thumbnails.thumbnail_preview,
        name="thumbnail_preview",
    ),
    path("videos/<uuid:video_id>/thumbnails/picture/", thumbnails.upload_picture, name="thumbnail_picture"),
    path(
        "videos/<uuid:video_id>/thumbnails/<uuid:asset_id>/first/", thumbnails.make_cover, name="make_cover"
    ),
    path(
        "videos/<uuid:video_id>/thumbnails/<uuid:asset_id>/remove/",
        thumbnails.remove_thumbnail,
        name="remove_thumbnail",
    ),
    path("videos/<uuid:video_id>/review/", review.review, name="review"),
    path("videos/<uuid:video_id>/review/links/", review.create_link, name="create_review_link"),
    path("review/comments/<uuid:comment_id>/resolve/", review.resolve, name="resolve_comment"),
    path("review/comments/<uuid:comment_id>/delete/", review.delete_comment, name="delete_comment"),
    path("review/links/<uuid:link_id>/revoke/", review.revoke_link, name="revoke_review_link"),
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
    path("import/", importing.import_videos, name="import"),
    path("import/template.csv", importing.import_template, name="import_template"),
    path("words/", words.template_list, name="word_templates"),
    path("words/new/", words.new_template, name="new_word_template"),
    path("words/preview/", words.preview_template, name="preview_word_template"),
    path("words/<uuid:word_template_id>/", words.edit_template, name="word_template"),
    path("words/<uuid:word_template_id>/delete/", words.delete_template, name="delete_word_template"),
    path("brand/", media.brand, name="brand"),
]
