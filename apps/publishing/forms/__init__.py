"""Forms of posts."""
