"""YouTube: Data API v3, sign-in by Google."""
