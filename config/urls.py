"""Every address of the product. Studio addresses carry the team: /studio/<team>/…"""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from apps.accounts import views as accounts
from apps.accounts.social import google_callback
from apps.core.health import healthz
from apps.notifications.views.announcements import announcements
from apps.notifications.views.optout import stop

STUDIO = "studio/<slug:team_slug>/"
GOOGLE = [  # stands before allauth's own, which checks no signature
    path("accounts/google/login/callback/", google_callback, name="google_callback"),
]

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("", include("apps.operations.probe_urls")),
    path("", include("apps.core.urls")),
    path("", include("apps.security.urls")),
    path("accounts/", include("apps.accounts.urls")),
    path("accounts/login/", accounts.sign_in, name="account_login"),
    path("accounts/email/", accounts.email, name="account_email"),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/providers/", accounts.connections, name="socialaccount_connections"),
    path("accounts/providers/", include("allauth.socialaccount.urls")),
    *(GOOGLE if "google" in settings.SOCIALACCOUNT_PROVIDERS else []),
    *(
        path("accounts/", include(f"allauth.socialaccount.providers.{name}.urls"))
        for name in settings.SOCIALACCOUNT_PROVIDERS
    ),
    path("accounts/data/", include("apps.privacy.urls")),
    path("teams/", include("apps.teams.urls")),
    path(STUDIO, include("apps.teams.studio_urls")),
    path(STUDIO + "approvals/", include("apps.approvals.urls")),
    path(STUDIO + "audit/", include("apps.audit.urls")),
    path(STUDIO + "events/", include("apps.events.urls")),
    path(STUDIO + "jobs/", include("apps.jobs.urls")),
    path(STUDIO + "notifications/", include("apps.notifications.urls")),
    path("notifications/stop/<str:token>/", stop, name="optout"),
    path(STUDIO + "automations/", include("apps.automations.urls")),
    path(STUDIO + "providers/", include("apps.providers.urls")),
    path("review/", include("apps.library.review_urls")),
    path("media/", include("apps.library.media_urls")),
    path(STUDIO + "library/", include("apps.library.urls")),
    path(STUDIO + "create/", include("apps.creation.urls")),
    path(STUDIO + "channels/", include("apps.connections.urls")),
    path(STUDIO + "posts/", include("apps.publishing.urls")),
    *([path("sandbox/", include("apps.sandbox.urls"))] if "apps.sandbox" in settings.INSTALLED_APPS else []),
    path("l/", include("apps.publishing.link_urls")),
    path("connections/back/", include("apps.connections.return_urls")),
    path("hooks/", include("apps.incoming.urls")),
    path("agents/", include("apps.jobs.agent_urls")),
    path("operate/announcements/", announcements, name="announcements"),
    path("operate/audit/", include("apps.audit.operate_urls")),
    path("operate/", include("apps.jobs.operate_urls")),
    path("operate/", include("apps.operations.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "apps.core.errors_views.bad_request"
handler403 = "apps.core.errors_views.forbidden"
handler404 = "apps.core.errors_views.not_found"
handler500 = "apps.core.errors_views.server_error"
