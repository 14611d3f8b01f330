"""Settings of the worker and clock processes that tests start: the test's own database, real sockets, test kinds."""

from config.settings.test import *  # noqa: F403
from config.settings.test import INSTALLED_APPS, REDIS_URL

INSTALLED_APPS = [*INSTALLED_APPS, "tests.jobs.testkinds"]
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [{"address": REDIS_URL, "socket_timeout": None}]},
    }
}
