"""The embedded default: everything on this machine, started by the product itself."""

from .base import *
from .base import INSTALLED_APPS, VAR_DIR, env

EMBEDDED = True
INSTALLED_APPS = [*INSTALLED_APPS, "apps.sandbox"]
SANDBOX_URL = f"http://127.0.0.1:{env.int('PORT', default=8000)}/sandbox"
SANDBOX_DIR = VAR_DIR / "sandbox"
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
EMAIL_DELIVERY_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "mail"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
