"""What operators can change about the library."""

from apps.flags.registry import Flag, IntSetting

UPLOADS = Flag(
    "library.uploads",
    title="Upload files",
    summary="Off: nobody adds files to the library, for instance while the disk is being exchanged.",
    default=True,
)
LARGEST_UPLOAD_GB = IntSetting(
    "library.largest_upload_gb",
    title="Largest video file, in GB",
    summary="How large one uploaded video file may be.",
    default=lambda: 20,
    least=1,
    most=150,  # a bucket takes 10,000 parts of 16 MiB
)
UPLOADS_AT_ONCE = IntSetting(
    "library.uploads_at_once",
    title="Unfinished uploads",
    summary="How many video files of a team may be on their way in at the same time.",
    default=lambda: 50,
    least=1,
    most=1000,
)
LONGEST_UPLOAD_HOURS = IntSetting(
    "library.longest_upload_hours",
    title="Longest video, in hours",
    summary="How long an uploaded video may be.",
    default=lambda: 12,
    least=1,
    most=48,
)
STORAGE_GB = IntSetting(
    "library.storage_gb",
    title="Storage of a team, in GB",
    summary="From how many stored gigabytes on a team can upload no more videos; what is on its way in counts.",
    default=lambda: 1000,
    least=0,
)
KEPT_DAYS = IntSetting(
    "library.kept_days",
    title="Days that videos are kept",
    summary="After so many days a team's videos are removed, a week after it was told. 0: they are kept for good.",
    default=lambda: 0,
    least=0,
    most=3650,
)
