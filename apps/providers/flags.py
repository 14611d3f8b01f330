"""What operators can change about providers."""

from apps.flags.registry import Flag

OUTSIDE = Flag(
    "providers.outside",
    title="Call outside providers",
    summary="Off: only the built-in providers work, and no call leaves the installation for them.",
    default=True,
)
