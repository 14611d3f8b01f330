"""What operators can change about the library."""

from apps.flags.registry import Flag

UPLOADS = Flag(
    "library.uploads",
    title="Upload files",
    summary="Off: nobody adds files to the library, for instance while the disk is being exchanged.",
    default=True,
)
