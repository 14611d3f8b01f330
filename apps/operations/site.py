"""The admin site: for operators who have used their second factor (ACC-06)."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache

from apps.accounts.access import operator_door


class OperatorSite(AdminSite):
    site_title = "Showrunner"
    site_header = "Showrunner – all rows"
    index_title = "All rows of this installation"
    site_url = "/operate/"

    def has_permission(self, request: HttpRequest) -> bool:
        user: Any = request.user
        return bool(user.is_active and user.is_staff and user.is_verified())

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """On the product's own page: it tells the person by mail, leaves a record and signs other devices out."""
        return redirect("account_change_password")

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Not a form of its own: the product's sign-in, then the second factor, then back. 404 for all others."""
        return never_cache(self._send_on)(request)

    def _send_on(self, request: HttpRequest) -> Any:
        wanted = request.GET.get("next", "/admin/")
        if not request.user.is_authenticated:
            return redirect_to_login(wanted)
        if (obstacle := operator_door(request)) is not None:
            return obstacle
        return redirect(wanted if url_has_allowed_host_and_scheme(wanted, None) else "admin:index")
