"""Every page that the browser tests open. A new page adds its line here, and its rows to `scenery.py`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """An address with the names of `scenery.build()` in it; `status` is what it answers."""

    name: str
    path: str
    signed_in: bool = True
    status: int = 200


PAGES = (
    Page("sign-in", "/accounts/login/", signed_in=False),
    Page("sign-up", "/accounts/signup/", signed_in=False),
    Page("password-reset", "/accounts/password/reset/", signed_in=False),
    Page("password-reset-sent", "/accounts/password/reset/done/", signed_in=False),
    Page("password-reset-link-used", "/accounts/password/reset/key/1-abc/", signed_in=False),
    Page("not-found", "/nowhere/", signed_in=False, status=404),
    Page("offline", "/offline/", signed_in=False),
    Page("mailbox", "/dev/mail/", signed_in=False),
    Page("sign-out", "/accounts/logout/"),
    Page("profile", "/accounts/profile/"),
    Page("email", "/accounts/email/"),
    Page("password", "/accounts/password/change/"),
    Page("operator", "/accounts/setup/"),
    Page("team-new", "/teams/new/"),
    Page("home", "/studio/{slug}/"),
    Page("search", "/studio/{slug}/search/?q=take"),
    Page("members", "/studio/{slug}/team/"),
    Page("permissions", "/studio/{slug}/team/permissions/"),
    Page("team-name", "/studio/{slug}/team/settings/"),
    Page("jobs", "/studio/{slug}/jobs/"),
    Page("jobs-none", "/studio/{slug}/jobs/?q=nothing-like-it"),
    Page("job-running", "/studio/{slug}/jobs/{running}/"),
    Page("job-dead", "/studio/{slug}/jobs/{dead}/"),
    Page("events", "/studio/{slug}/events/"),
    Page("event", "/studio/{slug}/events/{event}/"),
    Page("audit", "/studio/{slug}/audit/"),
    Page("audit-record", "/studio/{slug}/audit/{record}/"),
    Page("create", "/studio/{slug}/create/"),
    Page("create-topic", "/studio/{slug}/create/?topic=Why+bread+smells+of+home"),
    Page("runs", "/studio/{slug}/create/runs/"),
    Page("runs-none", "/studio/{slug}/create/runs/?q=nothing-like-it"),
    Page("run-going", "/studio/{slug}/create/runs/{run_going}/"),
    Page("run-failed", "/studio/{slug}/create/runs/{run_failed}/"),
    Page("run-done", "/studio/{slug}/create/runs/{run_done}/"),
    Page("run-done-wide", "/studio/{slug}/create/runs/{run_done}/?format=16x9"),
    Page("storyboard", "/studio/{slug}/create/runs/{run_done}/storyboard/"),
    Page("storyboard-going", "/studio/{slug}/create/runs/{run_going}/storyboard/"),
    Page("own-visual", "/studio/{slug}/create/runs/{run_done}/scenes/{scene}/own/"),
    Page("templates", "/studio/{slug}/create/templates/"),
    Page("template", "/studio/{slug}/create/templates/{system_template}/"),
    Page("template-own", "/studio/{slug}/create/templates/{own_template}/"),
    Page("template-edit", "/studio/{slug}/create/templates/{own_template}/edit/"),
    Page("library", "/studio/{slug}/library/"),
    Page("library-table", "/studio/{slug}/library/?view=table"),
    Page("library-none", "/studio/{slug}/library/?q=nothing-like-it"),
    Page("video", "/studio/{slug}/library/videos/{video}/"),
    Page("video-wide", "/studio/{slug}/library/videos/{video}/?format=16x9"),
    Page("video-being-made", "/studio/{slug}/library/videos/{bare_video}/"),
    Page("video-edit", "/studio/{slug}/library/videos/{video}/edit/"),
    Page("video-version", "/studio/{slug}/library/videos/{video}/versions/1/"),
    Page("evidence", "/studio/{slug}/library/files/{asset}/evidence/"),
    Page("deleted", "/studio/{slug}/library/deleted/"),
    Page("media", "/studio/{slug}/library/media/"),
    Page("media-upload", "/studio/{slug}/library/media/upload/"),
    Page("brand", "/studio/{slug}/library/brand/"),
    Page("providers", "/studio/{slug}/providers/"),
    Page("provider-add", "/studio/{slug}/providers/keys/add/openai_compatible/"),
    Page("provider-key", "/studio/{slug}/providers/keys/{key}/"),
    Page("costs", "/studio/{slug}/providers/costs/"),
    Page("costs-by-run", "/studio/{slug}/providers/costs/?by=run"),
    Page("costs-none", "/studio/{slug}/providers/costs/?provider=nobody&capability=music"),
    Page("notifications", "/studio/{slug}/notifications/"),
    Page("notifications-none", "/studio/{slug}/notifications/?type=announcement&state=unread"),
    Page("notification", "/studio/{slug}/notifications/{notice}/"),
    Page("notification-preferences", "/studio/{slug}/notifications/preferences/"),
    Page("notification-channels", "/studio/{slug}/notifications/channels/"),
    Page("notification-log", "/studio/{slug}/notifications/log/"),
    Page("notification-message", "/studio/{slug}/notifications/log/{message}/"),
    Page("alert", "/studio/{slug}/notifications/alerts/{alert}/"),
    Page("alert-plan", "/studio/{slug}/notifications/alerts/plan/"),
    Page("emails-stop", "/notifications/stop/{stop}/", signed_in=False),
    Page("styleguide", "/styleguide/"),
)
