"""Instagram professional accounts, reached through Facebook Login."""
