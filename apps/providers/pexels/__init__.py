"""Pexels: stock clips and photos, free to use with credit."""
