"""Exports and deletions of what the product holds of a person (ACC-10)."""

from .deletion import cancel_deletion, erase, request_deletion
from .exports import forget_expired, make_export, request_export

__all__ = ["cancel_deletion", "erase", "forget_expired", "make_export", "request_deletion", "request_export"]
