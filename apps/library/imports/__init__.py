"""Videos brought in many at once: from a table, from a folder or a bucket's prefix, from a feed (LIB-03)."""
