"""Addresses below /studio/<team>/providers/."""

from django.urls import path

from apps.providers import views

app_name = "providers"
urlpatterns = [
    path("", views.provider_list, name="list"),
    path("costs/", views.costs, name="costs"),
    path("order/", views.order, name="order"),
    path("keys/add/<slug:slug>/", views.add_key, name="add_key"),
    path("keys/<uuid:key_id>/", views.change_key, name="change_key"),
    path("keys/<uuid:key_id>/check/", views.check_key, name="check_key"),
    path("keys/<uuid:key_id>/switch/", views.switch_key, name="switch_key"),
    path("keys/<uuid:key_id>/delete/", views.delete_key, name="delete_key"),
    path("keys/<uuid:key_id>/reveal/", views.reveal_key, name="reveal_key"),
    path("keys/<uuid:key_id>/restore/", views.restore_key, name="restore_key"),
]
