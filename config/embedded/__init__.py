"""Showrunner with nothing installed: servers from wheels, keys, and the one command that starts it all."""
