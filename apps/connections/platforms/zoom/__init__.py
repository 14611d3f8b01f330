"""Zoom: who somebody is there. Meetings and their recordings come by the same sign-in."""
