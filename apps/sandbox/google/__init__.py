"""Google: OAuth 2 and the YouTube Data API v3."""
