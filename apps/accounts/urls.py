from django.urls import path

from . import views

app_name = "accounts"
urlpatterns = [
    path("profile/", views.profile, name="profile"),
    path("profile/picture/", views.change_picture, name="change_picture"),
    path("picture/<uuid:user_id>/", views.picture, name="picture"),
    path("password/strength/", views.password_strength, name="password_strength"),
    path("theme/", views.theme, name="theme"),
    path("setup/", views.setup, name="setup"),
    path("confirm/", views.confirm, name="confirm"),
    path("login/second-step/", views.sign_in_step, name="sign_in_step"),
    path("security/", views.security, name="security"),
    path("security/app/", views.add_app, name="add_app"),
    path("security/app/begin/", views.begin_app, name="begin_app"),
    path("security/app/remove/", views.remove_app, name="remove_app"),
    path("login/passkey/", views.passkey_begin, name="passkey_begin"),
    path("security/passkeys/add/", views.add_passkey, name="add_passkey"),
    path("security/passkeys/add/begin/", views.add_passkey_begin, name="add_passkey_begin"),
    path("security/passkeys/<int:passkey_id>/remove/", views.remove_passkey, name="remove_passkey"),
    path("security/codes/", views.new_codes, name="new_codes"),
    path("sessions/", views.sessions, name="sessions"),
    path("sessions/end-others/", views.end_other_sessions, name="end_other_sessions"),
    path("sessions/<str:key>/end/", views.end_session, name="end_session"),
]
