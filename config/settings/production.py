"""A real installation: servers, keys, hosts and mail come from the environment, and one missing stops it."""

from .base import *
from .base import CONTENT_SECURITY_POLICY, LOGGING, PASSWORD_WORDS, STORAGES, env

DEBUG = False
SECRET_KEY = env.str("SECRET_KEY")
SECRET_KEYS_FERNET = env.list("SECRET_KEYS_FERNET", default=[])
MASTER_KEYS = env.list("MASTER_KEYS", default=SECRET_KEYS_FERNET) or env.list("MASTER_KEYS")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
PUBLIC_URL = env.str("PUBLIC_URL", default=f"https://{ALLOWED_HOSTS[0]}").rstrip("/")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
DATABASES = {"default": env.db("DATABASE_URL")}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"]["CONN_MAX_AGE"] = 60
REDIS_URL = env.str("REDIS_URL")
_smtp = env.email("SMTP_URL")
EMAIL_DELIVERY_BACKEND = _smtp.pop("EMAIL_BACKEND")
vars().update(_smtp)

SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
# The prefix makes browsers refuse such a cookie from another host or without HTTPS (RFC 6265bis, 4.1.3.2).
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"
CONTENT_SECURITY_POLICY["DIRECTIVES"]["upgrade-insecure-requests"] = True
PASSWORD_WORDS += [part for host in ALLOWED_HOSTS for part in host.lower().split(".") if len(part) > 3]
BREACHED_PASSWORDS_URL = env.str("BREACHED_PASSWORDS_URL", default="https://api.pwnedpasswords.com")
OUTSIDE_TLS_MINIMUM = env.str("OUTSIDE_TLS_MINIMUM", default="1.3")

STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

LOGGING["handlers"]["console"]["formatter"] = env.str("LOG_FORMAT", default="json")
LOGGING["loggers"]["apps.requests"]["level"] = env.str("LOG_LEVEL", default="INFO")
