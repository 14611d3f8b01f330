from django.apps import AppConfig
from django.conf import settings


class OperationsConfig(AppConfig):
    name = "apps.operations"

    def ready(self) -> None:
        """Traces and error reports, where the operator named somebody to send them to."""
        if settings.OTEL_EXPORTER_OTLP_ENDPOINT:
            from apps.core import tracing

            tracing.configure(settings.OTEL_EXPORTER_OTLP_ENDPOINT, service=settings.OTEL_SERVICE_NAME)
        if settings.SENTRY_DSN:
            from apps.operations import sentry

            sentry.configure(settings.SENTRY_DSN, environment=settings.SENTRY_ENVIRONMENT)
