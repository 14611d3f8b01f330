"""The addresses of an installation with keys of Facebook and Apple."""

from django.urls import include, path

from config.urls import handler400, handler403, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    *(
        path("accounts/", include(f"allauth.socialaccount.providers.{name}.urls"))
        for name in ("facebook", "apple")
    ),
    *urlpatterns,
]
