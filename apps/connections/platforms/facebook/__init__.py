"""Facebook Pages: videos and reels by the Graph API."""
