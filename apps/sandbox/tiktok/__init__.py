"""TikTok: Login Kit, Content Posting API, Display API."""
