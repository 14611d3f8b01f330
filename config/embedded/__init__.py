"""Showrunner with nothing installed: PostgreSQL and Valkey from wheels, keys, and the one command that starts it all."""
