"""The stand-ins there are, by the first part of their address."""

from functools import lru_cache

from apps.sandbox.standin import StandIn


@lru_cache(maxsize=1)
def stand_ins() -> dict[str, StandIn]:
    """Imported when the first is asked for, since they import this app's services."""
    from apps.sandbox.google.stand_in import GOOGLE
    from apps.sandbox.jitsi.stand_in import JITSI
    from apps.sandbox.meta.stand_in import META
    from apps.sandbox.microsoft.stand_in import MICROSOFT
    from apps.sandbox.restream.stand_in import RESTREAM
    from apps.sandbox.tiktok.stand_in import TIKTOK
    from apps.sandbox.twitch.stand_in import TWITCH
    from apps.sandbox.zoom.stand_in import ZOOM

    known = (GOOGLE, TIKTOK, META, TWITCH, RESTREAM, ZOOM, MICROSOFT, JITSI)
    return {one.slug: one for one in known}
