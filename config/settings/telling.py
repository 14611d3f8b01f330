"""What the product tells of itself: figures, traces, error reports, logs (docs/operations.md)."""

from typing import Any

import environ

env = environ.Env()

# Figures for Prometheus: how often a process hands over what it counted (0: only when told), and who may read them
# besides this machine itself.
METRICS_FLUSH_S = 2.0
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
# Off where empty: traces by OpenTelemetry (such as http://collector:4318), errors to Sentry.
OTEL_EXPORTER_OTLP_ENDPOINT = env.str("OTEL_EXPORTER_OTLP_ENDPOINT", default="")
OTEL_SERVICE_NAME = env.str("OTEL_SERVICE_NAME", default="showrunner")
SENTRY_DSN = env.str("SENTRY_DSN", default="")
SENTRY_ENVIRONMENT = env.str("SENTRY_ENVIRONMENT", default="production")

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "correlation": {"()": "apps.core.correlation.CorrelationFilter"},
        "route": {"()": "apps.core.logs.RouteForAddress"},
    },
    "formatters": {
        "line": {"()": "apps.core.logs.LineFormatter"},
        "json": {"()": "apps.core.logs.JsonFormatter"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": env.str("LOG_FORMAT", default="line"),
            "filters": ["correlation"],
        }
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    # Each request by itself is for machines to read: production turns it on.
    "loggers": {
        **{name: {"level": "WARNING"} for name in ("rq.worker", "httpx", "daphne", "apps.requests")},
        "django.request": {"level": "WARNING", "filters": ["route"]},
    },
}
