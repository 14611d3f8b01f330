from django.urls import path

from . import views

app_name = "approvals"
urlpatterns = [
    path("", views.approval_list, name="list"),
    path("rules/", views.rules, name="rules"),
    path("<uuid:approval_id>/", views.approval, name="approval"),
    path("<uuid:approval_id>/decide/", views.decide, name="decide"),
    path("<uuid:approval_id>/withdraw/", views.withdraw, name="withdraw"),
]
