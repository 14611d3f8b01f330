"""Every write of the stand-ins."""
