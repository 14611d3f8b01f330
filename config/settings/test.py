"""Tests: real PostgreSQL and Valkey of their own, quick hashing, no mail leaves the process."""

import os
from pathlib import Path

from cryptography.fernet import Fernet

from config.embedded import bytecode
from config.embedded.paths import var_folder
from config.embedded.servers import prepare_environment

os.environ.setdefault("SECRET_KEY", "tests-only")
os.environ.setdefault("GOOGLE_SIGN_IN_ID", "showrunner-tests")  # Facebook and Apple are not configured
os.environ.setdefault("GOOGLE_SIGN_IN_SECRET", "a-client-secret")
os.environ.setdefault("SHOWRUNNER_VAR", str(Path(__file__).resolve().parents[2] / "var" / "test"))
if "PYTEST_VERSION" in os.environ:  # not for a type checker that only reads settings
    bytecode.keep(var_folder())
    prepare_environment(durable=False)
from .base import *
from .base import CACHES, DATABASES, INSTALLED_APPS, RATE_LIMITS, RQ_QUEUE_NAMES, VAR_DIR, env

DEBUG = False
EMBEDDED = True
INSTALLED_APPS = [*INSTALLED_APPS, "apps.sandbox"]
SANDBOX_URL = "http://127.0.0.1:9/sandbox"  # tests that need the stand-ins start a server and set it
SANDBOX_DIR = VAR_DIR / f"test-sandbox-{os.environ.get('PYTEST_XDIST_WORKER', 'gw0')}"
SECRET_KEY = "tests-only"  # noqa: S105
# Processes that tests start inherit it.
MASTER_KEYS = [os.environ.setdefault("TEST_MASTER_KEY", Fernet.generate_key().decode())]
SECRET_KEYS_FERNET = [Fernet.generate_key().decode()]
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = EMAIL_DELIVERY_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "mail"

# Each xdist worker has its own database (pytest-django) and its own Valkey database.
SLOT = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw") or 0) + 1
REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379").rsplit("/", 1)[0] + f"/{SLOT}"
CACHES["default"]["LOCATION"] = REDIS_URL
CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
RQ_QUEUES = {name: {"URL": REDIS_URL, "DEFAULT_TIMEOUT": 3600} for name in RQ_QUEUE_NAMES}
DATABASES["default"]["CONN_MAX_AGE"] = 0
METRICS_FLUSH_S = 0
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR_DIR / f"test-media-{SLOT}"},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MEDIA_ROOT = VAR_DIR / f"test-media-{SLOT}"
WORK_DIR = VAR_DIR / f"test-work-{SLOT}"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
RATE_LIMITS = dict.fromkeys(RATE_LIMITS, (100_000, 60))  # tests of limits set their own
RUNS_AT_ONCE = 50  # the browser tests of one module share a team; the limit is tested with its own

OSV_URL = "http://127.0.0.1:9"  # no test asks the real list of advisories
