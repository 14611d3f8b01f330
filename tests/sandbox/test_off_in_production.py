"""The sandbox is not there in a real installation (SBX-04, the half of it that is built)."""

import json
import os
import subprocess
import sys

from tests.guards.tree import ROOT

ASK = """
import json, django
django.setup()
from django.conf import settings
from django.urls import Resolver404, resolve
found = {"installed": "apps.sandbox" in settings.INSTALLED_APPS, "url": settings.SANDBOX_URL, "reached": []}
for path in ("/sandbox/", "/sandbox/google/token", "/sandbox/consent/", "/sandbox/watch/x/"):
    try:
        resolve(path)
        found["reached"].append(path)
    except Resolver404:
        pass
print(json.dumps(found))
"""
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "SECRET_KEY": "x" * 50,
    "MASTER_KEYS": "x",
    "ALLOWED_HOSTS": "studio.example",
    "DATABASE_URL": "postgres://nobody@127.0.0.1:9/none",
    "REDIS_URL": "redis://127.0.0.1:9",
    "SMTP_URL": "smtp://127.0.0.1:9",
}


def test_production_has_no_sandbox() -> None:
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    asked = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=ROOT,
        env={**environment, **PRODUCTION},
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.returncode == 0, asked.stderr
    assert json.loads(asked.stdout) == {"installed": False, "url": "", "reached": []}
