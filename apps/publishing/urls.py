"""Addresses below /studio/<team>/posts/."""

from django.urls import URLPattern, path

from apps.publishing.views import acting, composing, posts

app_name = "publishing"

urlpatterns: list[URLPattern] = [
    path("", posts.post_list, name="posts"),
    path("new/", composing.new, name="new"),
    path("preview/", composing.preview, name="preview"),
    path("videos/", composing.find_videos, name="find_videos"),
    path("<uuid:post_id>/", posts.post_page, name="post"),
    path("<uuid:post_id>/edit/", composing.edit, name="edit"),
    path("<uuid:post_id>/publish/", acting.publish_now, name="publish"),
    path("<uuid:post_id>/schedule/", acting.schedule, name="schedule"),
    path("<uuid:post_id>/cancel/", acting.cancel, name="cancel"),
    path("<uuid:post_id>/discard/", acting.discard, name="discard"),
    path("targets/<uuid:target_id>/retry/", acting.retry, name="retry"),
    path("targets/<uuid:target_id>/edit/", acting.edit_published, name="edit_published"),
    path("targets/<uuid:target_id>/delete/", acting.delete_published, name="delete_published"),
]
