"""Restream: who somebody is there. It takes no uploads."""
