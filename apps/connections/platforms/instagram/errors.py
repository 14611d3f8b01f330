"""Instagram answers with the errors of the Graph API."""

from apps.connections.platforms.meta.errors import CODES, SUBCODES, classify, fate

__all__ = ["CODES", "SUBCODES", "classify", "fate"]
