"""Unsplash: stock photos, free to use with credit."""
