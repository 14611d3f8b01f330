"""Addresses below /studio/<team>/posts/."""

from django.urls import URLPattern, path

from apps.publishing.views import (
    acting,
    calendar,
    composing,
    planning,
    playlists,
    posts,
    promoting,
    queue,
    suggesting,
    visibility,
)

app_name = "publishing"

urlpatterns: list[URLPattern] = [
    path("", posts.post_list, name="posts"),
    path("new/", composing.new, name="new"),
    path("preview/", composing.preview, name="preview"),
    path("videos/", composing.find_videos, name="find_videos"),
    path("times/", suggesting.times, name="times"),
    path("playlists/<uuid:connection_id>/", playlists.playlists, name="playlists"),
    path("<uuid:post_id>/", posts.post_page, name="post"),
    path("<uuid:post_id>/edit/", composing.edit, name="edit"),
    path("<uuid:post_id>/publish/", acting.publish_now, name="publish"),
    path("<uuid:post_id>/schedule/", acting.schedule, name="schedule"),
    path("<uuid:post_id>/cancel/", acting.cancel, name="cancel"),
    path("<uuid:post_id>/discard/", acting.discard, name="discard"),
    path("targets/<uuid:target_id>/retry/", acting.retry, name="retry"),
    path("targets/<uuid:target_id>/edit/", acting.edit_published, name="edit_published"),
    path("targets/<uuid:target_id>/visibility/", visibility.visibility, name="visibility"),
    path("targets/<uuid:target_id>/delete/", acting.delete_published, name="delete_published"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/list/", calendar.calendar_list, name="calendar_list"),
    path("calendar/quotas/", calendar.quotas, name="quotas"),
    path("queue/", queue.queue, name="queue"),
    path("queue/times/<uuid:slot_id>/remove/", queue.remove, name="remove_slot"),
    path("queue/plan/", queue.plan, name="plan_drafts"),
    path("plan/", planning.plan, name="plan"),
    path("plan/template.csv", planning.plan_template, name="plan_template"),
    path("plan/<uuid:plan_id>/", planning.plan_import, name="plan_import"),
    path("series/<uuid:series_id>/", planning.series, name="series"),
    path("series/<uuid:series_id>/pause/", planning.pause_series, name="pause_series"),
    path("series/<uuid:series_id>/delete/", planning.delete_series, name="delete_series"),
    path("<uuid:post_id>/repeat/", planning.repeat, name="repeat"),
    path("links/", promoting.links, name="links"),
    path("links/<uuid:short_id>/", promoting.link, name="link"),
    path("links/pools/new/", promoting.new_pool, name="new_pool"),
    path("links/pools/<uuid:pool_id>/", promoting.pool, name="pool"),
    path("links/pools/<uuid:pool_id>/delete/", promoting.delete_pool, name="delete_pool"),
    path("<uuid:post_id>/move/", calendar.move, name="move"),
    path("<uuid:post_id>/drop/", calendar.drop, name="drop"),
    path("<uuid:post_id>/put-back/", calendar.put_back, name="put_back"),
]
