"""Captions written from what is said in a video: what was heard so far, and how a page shows it."""
