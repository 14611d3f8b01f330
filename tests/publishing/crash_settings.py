"""Settings of the workers that are killed: the test's own database and stand-ins, short beats, and the watch."""

import os

from tests.jobs.process_settings import *  # noqa: F403
from tests.jobs.process_settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.publishing.crashing"]
SANDBOX_URL = os.environ.get("CRASH_SANDBOX", "http://127.0.0.1:9/sandbox")
CRASH_PLANS = os.environ.get("CRASH_PLANS", "")  # the folder with one file a target: where its workers die
PUBLISH_FIRST_WAIT_S, PUBLISH_LONGEST_LOOK_S = 0.3, 0.2
# As the stand-ins' own: one channel takes a thousand posts within minutes.
LIMITED = (
    *("youtube.uploads", "youtube.units", "youtube.searches"),
    *("tiktok.posts", "tiktok.inits", "tiktok.creator", "tiktok.status"),
    *("instagram.posts", "facebook.reels"),
)
PLATFORM_QUOTAS = dict.fromkeys(LIMITED, 100_000_000)
LOGGING = {"version": 1, "disable_existing_loggers": True}
