"""Connecting, renewing, checking and disconnecting accounts, and counting what platforms allow."""
