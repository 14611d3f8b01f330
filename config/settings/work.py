"""Work in the background: queues, how long jobs and agents may be silent, how much is done at a time."""

import environ

env = environ.Env()

REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
# short: trusted work of milliseconds · publishing: what goes out at its minute, and uploads of hours · default: other
# outside calls · media: FFmpeg, voice, graphics
RQ_QUEUE_NAMES = ("short", "publishing", "default", "media")
RQ_QUEUES = {name: {"URL": REDIS_URL, "DEFAULT_TIMEOUT": 3600} for name in RQ_QUEUE_NAMES}
RQ = {"DEFAULT_RESULT_TTL": 0, "DEFAULT_FAILURE_TTL": 3600}
# Seconds. A worker says that often that its job is alive and asks whether it was cancelled; a running job that
# was not heard of for so long is given to another worker; a queued job that RQ lost is pushed again.
JOB_BEAT_S = env.float("JOB_BEAT_S", default=2)
JOB_SILENT_AFTER_S = env.float("JOB_SILENT_AFTER_S", default=30)
JOB_LOST_AFTER_S = env.float("JOB_LOST_AFTER_S", default=15)
PUBLISH_FIRST_WAIT_S = env.float("PUBLISH_FIRST_WAIT_S", default=60)
PUBLISH_LONGEST_LOOK_S = env.float("PUBLISH_LONGEST_LOOK_S", default=300)
# How many jobs lie on a queue's list at a time, shared by the teams that have work: several for each worker, and
# no more, since a team that comes new waits behind them. The others are held back in the database.
JOB_LINE = {
    "short": env.int("JOB_LINE_SHORT", default=256),
    "publishing": env.int("JOB_LINE_PUBLISHING", default=32),
    "default": env.int("JOB_LINE_DEFAULT", default=16),
    "media": env.int("JOB_LINE_MEDIA", default=4),
}
JOB_DEEP = env.int(
    "JOB_DEEP", default=1000
)  # from so many waiting jobs of a queue on, optional ones are left out
# Seconds. An agent says that often how it is; one that was not heard of for so long gets no work and loses its own.
AGENT_BEAT_S = env.float("AGENT_BEAT_S", default=15)
AGENT_SILENT_AFTER_S = env.float("AGENT_SILENT_AFTER_S", default=60)
AGENT_KEY = env.str("AGENT_KEY", default="")  # of `manage.py agent` on this machine
AGENT_SERVER = env.str("AGENT_SERVER", default="")  # where the product answers it

# How many media jobs this installation does at a time; what is said of the time left reckons with it.
MEDIA_WORKERS = env.int("MEDIA_WORKERS", default=2)
