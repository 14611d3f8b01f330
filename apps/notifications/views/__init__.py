"""Pages of notifications, by topic."""
