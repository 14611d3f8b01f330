from django.urls import path

from . import views

app_name = "team"
urlpatterns = [
    path("", views.home, name="home"),
    path("home/<slug:name>/", views.home_panel, name="home_panel"),
    path("search/", views.search, name="search"),
    path("team/", views.members, name="members"),
    path("team/permissions/", views.permissions, name="permissions"),
    path("team/settings/", views.settings, name="settings"),
    path("team/members/<uuid:member_id>/role/", views.change_role, name="change_role"),
]
