from django.urls import path

from .views import alerts, centre, log, settings

app_name = "notifications"
urlpatterns = [
    path("", centre.notice_list, name="list"),
    path("bell/", centre.bell, name="bell"),
    path("read/", centre.mark_all, name="mark_all"),
    path("dismiss/", centre.dismiss_all, name="dismiss_all"),
    path("<uuid:notice_id>/", centre.notice, name="notice"),
    path("<uuid:notice_id>/open/", centre.open_notice, name="open"),
    path("<uuid:notice_id>/read/", centre.mark, name="mark"),
    path("<uuid:notice_id>/dismiss/", centre.dismiss, name="dismiss"),
    path("<uuid:notice_id>/restore/", centre.restore, name="restore"),
    path("preferences/", settings.wishes, name="preferences"),
    path("preferences/quiet/", settings.quiet, name="quiet"),
    path("channels/", settings.channels, name="channels"),
    path("channels/number/", settings.add_number, name="add_number"),
    path("channels/slack/", settings.add_slack, name="add_slack"),
    path("channels/telegram/", settings.link_telegram, name="link_telegram"),
    path("channels/browser/", settings.add_browser, name="add_browser"),
    path("channels/<uuid:contact_id>/confirm/", settings.confirm, name="confirm"),
    path("channels/<uuid:contact_id>/test/", settings.test_contact, name="test_contact"),
    path("channels/<uuid:contact_id>/remove/", settings.remove_contact, name="remove_contact"),
    path("log/", log.message_list, name="log"),
    path("log/<uuid:message_id>/", log.message, name="message"),
    path("alerts/plan/", alerts.plan, name="plan"),
    path("alerts/test/", alerts.test_plan, name="test_plan"),
    path("alerts/<uuid:alert_id>/", alerts.alert, name="alert"),
    path("alerts/<uuid:alert_id>/acknowledge/", alerts.acknowledge, name="acknowledge"),
]
