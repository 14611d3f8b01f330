"""ElevenLabs: voices with the time of each character."""
