"""OpenAI: scripts, voices, pictures and moderation with one key."""
