"""The stand-ins' one view, the consent page, what the public sees, and the panel."""
