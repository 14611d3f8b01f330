"""Settings of the web server that browser tests talk to: the test's own database and keys, real sockets."""

import os

from tests.jobs.process_settings import *  # noqa: F403
from tests.jobs.process_settings import INSTALLED_APPS

INSTALLED_APPS = ["daphne", *INSTALLED_APPS]  # its runserver, which serves sockets and static files
SECRET_KEYS_FERNET = os.environ["TEST_KEYS"].split(",")
UPLOAD_PIECE_BYTES = 128 * 1024  # so that a small file has many pieces
