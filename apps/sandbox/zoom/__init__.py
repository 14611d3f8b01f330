"""Zoom: OAuth with refresh tokens that are good once, and who somebody is. Meetings are not there yet."""
