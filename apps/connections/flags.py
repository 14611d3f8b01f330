"""What operators can change about connections."""

from apps.flags.registry import Flag

CONNECT = Flag(
    "connections.connect",
    title="Connect channels",
    summary="Off: nobody connects or reconnects channels; those that are connected go on.",
    default=True,
)
