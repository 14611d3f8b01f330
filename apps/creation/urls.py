"""Addresses below /studio/<team>/create/."""

from django.urls import path

from apps.creation.views import create, many, runs, storyboard, templates

app_name = "creation"
urlpatterns = [
    path("", create.create, name="create"),
    path("estimate/", create.estimate, name="estimate"),
    path("many/", many.many, name="many"),
    path("runs/", runs.run_list, name="runs"),
    path("runs/<uuid:run_id>/", runs.run_page, name="run"),
    path("runs/<uuid:run_id>/title/", runs.rename, name="rename"),
    path("runs/<uuid:run_id>/cancel/", runs.cancel, name="cancel"),
    path("runs/<uuid:run_id>/retry/", runs.retry, name="retry"),
    path("runs/<uuid:run_id>/provider/", runs.choose_provider, name="provider"),
    path("files/<uuid:file_id>/", runs.step_file, name="file"),
    path("runs/<uuid:run_id>/storyboard/", storyboard.storyboard, name="storyboard"),
    path("runs/<uuid:run_id>/look/", storyboard.change_look, name="look"),
    path("runs/<uuid:run_id>/music/", storyboard.change_music, name="music"),
    path("runs/<uuid:run_id>/formats/", storyboard.change_formats, name="formats"),
    path("runs/<uuid:run_id>/order/", storyboard.reorder, name="order"),
    path("runs/<uuid:run_id>/scenes/", storyboard.add_scene, name="add_scene"),
    path("runs/<uuid:run_id>/scenes/undo/", storyboard.restore_scene, name="restore_scene"),
    path("runs/<uuid:run_id>/scenes/<uuid:scene_id>/", storyboard.edit_scene, name="scene"),
    path("runs/<uuid:run_id>/scenes/<uuid:scene_id>/move/", storyboard.move_scene, name="move_scene"),
    path("runs/<uuid:run_id>/scenes/<uuid:scene_id>/remove/", storyboard.remove_scene, name="remove_scene"),
    path(
        "runs/<uuid:run_id>/scenes/<uuid:scene_id>/another/", storyboard.another_visual, name="another_visual"
    ),
    path("runs/<uuid:run_id>/scenes/<uuid:scene_id>/own/", storyboard.own_visual, name="own_visual"),
    path("templates/", templates.template_list, name="templates"),
    path("templates/<uuid:template_id>/", templates.template_page, name="template"),
    path("templates/<uuid:template_id>/copy/", templates.copy, name="copy_template"),
    path("templates/<uuid:template_id>/edit/", templates.edit, name="edit_template"),
    path("templates/<uuid:template_id>/retire/", templates.retire, name="retire_template"),
    path("templates/<uuid:template_id>/restore/", templates.restore, name="restore_template"),
]
