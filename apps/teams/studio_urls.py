from django.urls import path

from .views import home, invitations, members, settings

app_name = "team"
urlpatterns = [
    path("", home.home, name="home"),
    path("home/<slug:name>/", home.home_panel, name="home_panel"),
    path("search/", home.search, name="search"),
    path("team/", members.members, name="members"),
    path("team/permissions/", members.permissions, name="permissions"),
    path("team/leave/", members.leave, name="leave"),
    path("team/members/<uuid:member_id>/", members.member, name="member"),
    path("team/members/<uuid:member_id>/role/", members.change_role, name="change_role"),
    path("team/members/<uuid:member_id>/remove/", members.remove_member, name="remove_member"),
    path("team/invitations/", invitations.invitations, name="invitations"),
    path("team/invitations/new/", invitations.invite, name="invite"),
    path(
        "team/invitations/<uuid:invitation_id>/resend/",
        invitations.resend_invitation,
        name="resend_invitation",
    ),
    path(
        "team/invitations/<uuid:invitation_id>/revoke/",
        invitations.revoke_invitation,
        name="revoke_invitation",
    ),
    path("team/settings/", settings.settings, name="settings"),
    path("team/settings/second-factor/", settings.second_factor, name="second_factor"),
    path("team/transfer/", settings.transfer, name="transfer"),
]
