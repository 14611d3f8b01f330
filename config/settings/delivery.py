"""How media get to people: by ourselves, or by a content delivery network that pulls from us."""

import environ

env = environ.Env()

# The network's address, such as https://media.example. It asks us for /media/… under the links that we sign.
MEDIA_CDN_URL = env.str("MEDIA_CDN_URL", default="")
# What links are signed with; a network that knows it can check them by itself.
MEDIA_CDN_KEY = env.str("MEDIA_CDN_KEY", default="")
# How long a link is good, in seconds, rounded up to a whole hour.
MEDIA_LINK_S = env.int("MEDIA_LINK_S", default=2 * 3600)
MEDIA_ORIGINS = [MEDIA_CDN_URL.rstrip("/")] if MEDIA_CDN_URL else []
