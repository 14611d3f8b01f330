"""Review of videos: comments pinned to a time, and links for guests (LIB-11)."""
