"""Every write of notifications. Other apps call `notify`."""

from apps.notifications.services.telling import notify

__all__ = ["notify"]
