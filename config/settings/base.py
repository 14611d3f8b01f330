"""Settings that every environment shares. What differs is in embedded.py, test.py and production.py."""

from pathlib import Path

import environ
from csp.constants import NONCE

from config.storage import storage_of

from . import sign_in
from .delivery import *
from .platforms import *
from .telling import *
from .work import *

BASE_DIR = Path(__file__).resolve().parents[2]
env = environ.Env()

VAR_DIR = Path(env.str("SHOWRUNNER_VAR", default=str(BASE_DIR / "var")))
EMBEDDED = False  # True where the product brings its own servers, mailbox and sandbox platforms

INSTALLED_APPS = [
    "apps.operations.admin_config.OperationsAdminConfig",  # Django's admin, behind our door
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.apple",
    "allauth.socialaccount.providers.facebook",
    "allauth.socialaccount.providers.google",
    "channels",
    "django_otp",
    "django_otp_webauthn",
    "django_htmx",
    "django_rq",
    "template_partials.apps.SimpleAppConfig",
    "django_cotton.apps.SimpleAppConfig",
    "apps.core",
    "apps.flags",
    "apps.accounts",
    "apps.teams",
    "apps.audit",
    "apps.grants",
    "apps.events",
    "apps.jobs",
    "apps.incoming",
    "apps.privacy",
    "apps.notifications",
    "apps.security",
    "apps.approvals",
    "apps.automations",
    "apps.media",
    "apps.providers",
    "apps.connections",
    "apps.library",
    "apps.creation",
    "apps.publishing",
    "apps.operations",
]

MIDDLEWARE = [
    "apps.core.correlation.CorrelationMiddleware",
    "apps.core.requests.RequestMiddleware",
    "apps.core.caller.CallerMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "apps.core.headers.HeadersMiddleware",
    "apps.core.limits_middleware.PackageLimitsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "apps.core.htmx.HtmxAnswerMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "apps.accounts.middleware.SecondFactorMiddleware",
    "apps.accounts.middleware.DeviceMiddleware",
    "apps.accounts.middleware.PersonTimeZoneMiddleware",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
WSGI_APPLICATION = None

# Partials (`page.html#part`) and components (`<c-…>`) both want to be the loader, so they are chained here.
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django_cotton.cotton_loader.Loader",
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
            "builtins": [
                "django.templatetags.static",
                "django.templatetags.i18n",
                "django_cotton.templatetags.cotton",
                "template_partials.templatetags.partials",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "apps.core.context.shell",
                "apps.operations.navigation.operate_groups",
            ],
        },
    }
]
COTTON_DIR = "cotton"

DATABASES = {"default": env.db("DATABASE_URL", default="postgres:///showrunner")}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"]["CONN_MAX_AGE"] = 60
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {
        "BACKEND": "apps.core.cache.ValkeyCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 5},
    }
}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        # redis-py 8 closes idle sockets after 5 s unless it is told not to.
        "CONFIG": {"hosts": [{"address": REDIS_URL, "socket_timeout": None, "max_connections": 5000}]},
    }
}
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "display_name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "apps.accounts.password_rules.NotMadeOfCommonWords"},
]
# Words of this installation that make no password; the parts of its host name are added.
PASSWORD_WORDS = [word.lower() for word in ("showrunner", "studio", *env.list("PASSWORD_WORDS", default=[]))]
BREACHED_PASSWORDS_URL = env.str("BREACHED_PASSWORDS_URL", default="")
ACCOUNT_ADAPTER = "apps.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# Every e-mail is a row first; the delivery backend is what hands it to a mail server.
EMAIL_BACKEND = "apps.notifications.mail.LedgerBackend"
EMAIL_DELIVERY_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_TIMEOUT = 20

# How the studio is reached from outside: for links in e-mails and messages.
PUBLIC_URL = env.str("PUBLIC_URL", default=f"http://127.0.0.1:{env.int('PORT', default=8000)}").rstrip("/")
# Channels of notifications that need an account of the operator's; empty ones are not offered.
TWILIO_ACCOUNT_SID = env.str("TWILIO_ACCOUNT_SID", default="")
TWILIO_AUTH_TOKEN = env.str("TWILIO_AUTH_TOKEN", default="")
TWILIO_FROM = env.str("TWILIO_FROM", default="")
TWILIO_API = "https://api.twilio.com"
AFRICASTALKING_USERNAME = env.str("AFRICASTALKING_USERNAME", default="")
AFRICASTALKING_API_KEY = env.str("AFRICASTALKING_API_KEY", default="")
AFRICASTALKING_FROM = env.str("AFRICASTALKING_FROM", default="")
AFRICASTALKING_API = "https://api.africastalking.com"
TELEGRAM_BOT_TOKEN = env.str("TELEGRAM_BOT_TOKEN", default="")
TELEGRAM_BOT_NAME = env.str("TELEGRAM_BOT_NAME", default="")
TELEGRAM_API = "https://api.telegram.org"
SLACK_HOOKS = "https://hooks.slack.com/services/"
VAPID_PRIVATE_KEY = env.str("VAPID_PRIVATE_KEY", default="")
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a letter for each change of password, address or connected account
ACCOUNT_SIGNUP_FORM_CLASS = "apps.accounts.forms.SignupDetails"
SESSION_ENGINE = "apps.accounts.session_store"
PASSWORD_RESET_TIMEOUT = 3600  # seconds
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 600
# Seconds after which a session is over: after signing in however much it is used, and without use.
SESSION_COOKIE_AGE = SESSION_LONGEST_S = 14 * 24 * 3600
SESSION_IDLE_S = 7 * 24 * 3600
# Failed sign-ins are counted by apps.accounts.lockouts.
ACCOUNT_RATE_LIMITS = {"login_failed": None}
# Seconds for which a confirmed second factor (or password, where there is none) counts as fresh.
FRESH_FOR_S = 600
OTP_WEBAUTHN_HELPER_CLASS = "apps.accounts.passkeys.PasskeyHelper"
OTP_WEBAUTHN_RP_ID_CALLABLE = "apps.accounts.passkeys.relying_party"
OTP_WEBAUTHN_RP_NAME = "Showrunner"
OTP_WEBAUTHN_ALLOWED_ORIGINS = [
    "https://localhost"
]  # checked at start only: the helper allows the page's own
SOCIALACCOUNT_ADAPTER = "apps.accounts.social.SocialAdapter"
SOCIALACCOUNT_PROVIDERS = sign_in.from_environment(env)
SOCIALACCOUNT_AUTO_SIGNUP = False  # name and age are asked for
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "core:start"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "config.staticfiles.VendorFinder",
]
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": storage_of(env.str("STORAGE_URL", default=""), MEDIA_ROOT),
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WORK_DIR = VAR_DIR / "work"  # where jobs keep what is not finished
CACHE_DIR = VAR_DIR / "cache"  # voice models, fonts: can be made again
FONTS_DIR = Path(env.str("FONTS_DIR", default=str(BASE_DIR / "var" / "fonts")))
FFMPEG = env.str("FFMPEG", default="")
FFPROBE = env.str("FFPROBE", default="")

# How many proxies of our own stand before the web process: their X-Forwarded-For entries are believed.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)

# Keys of secrets that were stored before there were data keys: all decrypt, none encrypts.
SECRET_KEYS_FERNET = env.list("SECRET_KEYS_FERNET", default=[])
# Master keys: 32 bytes in base64, file:/path, or aws-kms:<key ARN>. The first wraps data keys, all unwrap.
MASTER_KEYS = env.list("MASTER_KEYS", default=SECRET_KEYS_FERNET)
KMS_ENDPOINT = env.str("KMS_ENDPOINT", default="")
# Where known vulnerabilities are asked for each night.
OSV_URL = env.str("OSV_URL", default="https://api.osv.dev")
# The lowest version of TLS that outside calls accept, "1.2" or "1.3".
OUTSIDE_TLS_MINIMUM = env.str("OUTSIDE_TLS_MINIMUM", default="1.2")
# host:port pairs that outside calls may reach although they are private (an Ollama next door, a test server).
OUTSIDE_ALLOW_PRIVATE = env.list("OUTSIDE_ALLOW_PRIVATE", default=[])
# Words that no video of this installation may say.
MODERATION_BLOCKED_TERMS = env.list("MODERATION_BLOCKED_TERMS", default=[])

# Creation limits for each team (GEN-19), until plans decide them.
RUNS_PER_DAY = env.int("RUNS_PER_DAY", default=50)
RUNS_AT_ONCE = env.int("RUNS_AT_ONCE", default=3)

# Days that a kind of data is kept, where not the default (`audit=365,events=90`); see apps.core.retention.
RETENTION_DAYS = {name: int(days) for name, days in env.dict("RETENTION_DAYS", default={}).items()}

# Largest own image, clip and piece of music that one upload may bring.
UPLOAD_LIMIT_BYTES = {"image": 30 * 2**20, "clip": 500 * 2**20, "music": 100 * 2**20}
# Video files come in pieces of so many bytes: a proxy before the web process must let a request of that size pass.
UPLOAD_PIECE_BYTES = env.int("UPLOAD_PIECE_BYTES", default=16 * 2**20)
UPLOAD_KEEP_S = env.int("UPLOAD_KEEP_S", default=3 * 24 * 3600)  # an unfinished one, after its last piece

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        # A page that can't do without an inline script writes {{ request.csp_nonce }}; none of ours does.
        "script-src": ["'self'", NONCE],
        "script-src-attr": ["'none'"],
        "style-src": ["'self'", NONCE],
        "img-src": ["'self'", "data:", "blob:", *MEDIA_ORIGINS],
        "media-src": ["'self'", "blob:", *MEDIA_ORIGINS],
        "connect-src": ["'self'"],
        "font-src": ["'self'"],
        "object-src": ["'none'"],
        "frame-src": ["'none'"],
        "worker-src": ["'self'"],
        "manifest-src": ["'self'"],
        "base-uri": ["'none'"],
        "form-action": [
            "'self'",
            *(sign_in.ORIGINS[name] for name in SOCIALACCOUNT_PROVIDERS),
            *PLATFORM_ORIGINS,
        ],
        "frame-ancestors": ["'none'"],
    }
}
# Feature → who may use it; an empty list is nobody, not even the page itself.
PERMISSIONS_POLICY: dict[str, list[str]] = {
    **{
        feature: []
        for feature in (
            "accelerometer",
            "browsing-topics",
            "camera",
            "display-capture",
            "geolocation",
            "gyroscope",
            "hid",
            "idle-detection",
            "magnetometer",
            "microphone",
            "midi",
            "payment",
            "serial",
            "usb",
            "xr-spatial-tracking",
        )
    },
    "autoplay": ["self"],
    "clipboard-write": ["self"],
    "fullscreen": ["self"],
    "picture-in-picture": ["self"],
    "publickey-credentials-get": ["self"],
    "publickey-credentials-create": ["self"],
    "screen-wake-lock": ["self"],
}
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "apps.core.errors_views.csrf_failure"
CSRF_COOKIE_SAMESITE = SESSION_COOKIE_SAMESITE = "Lax"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024  # bytes of a form without its files
LARGEST_BODY_BYTES = max(UPLOAD_LIMIT_BYTES.values()) + DATA_UPLOAD_MAX_MEMORY_SIZE  # of any request
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 20

# How many in how many seconds (SEC-04). Names with a dot are of our views and count for each person; the others are
# names of packages' addresses and count for each network address.
RATE_LIMITS: dict[str, tuple[int, int]] = {
    "account_signup": (20, 3600),
    "account_reset_password": (10, 3600),
    "account_reset_password_from_key": (30, 3600),
    "account_email_verification_sent": (60, 3600),
    "teams.create": (10, 86400),
    "library.upload": (60, 600),
    "library.begin_upload": (500, 600),
    "creation.start": (30, 600),
    "creation.upload": (60, 600),
    "providers.check": (30, 600),
    "connections.connect": (30, 600),
    "connections.check": (60, 600),
    "providers.reveal": (10, 600),
    "security.rotate": (5, 3600),
    "security.check": (10, 3600),
}

EMAIL_SUBJECT_PREFIX = ""
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Showrunner <studio@localhost>")

# Seconds for which a process keeps what operators decided about flags and settings.
FLAGS_KEEP_S = 5.0
