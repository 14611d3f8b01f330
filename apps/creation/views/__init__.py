"""Pages of creation."""
