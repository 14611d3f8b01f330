from django.urls import path

from .views import home, invitations

app_name = "teams"
urlpatterns = [
    path("new/", home.create, name="create"),
    path("invitations/<uuid:invitation_id>/join/", invitations.join, name="join"),
    path("invitations/<str:token>/", invitations.invitation, name="invitation"),
    path("invitations/<str:token>/accept/", invitations.accept_invitation, name="accept_invitation"),
]
