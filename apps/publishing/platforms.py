"""The platform that a target goes to, and what publishes there."""

from apps.connections.adapters import Publisher
from apps.connections.registry import PLATFORMS, Platform
from apps.publishing.errors import PublishingError
from apps.publishing.models import Target


def platform_of(target: Target) -> Platform:
    """Raises PublishingError where this version knows nothing of it any more."""
    platform = PLATFORMS.get(target.connection.platform)
    if platform is None:
        raise PublishingError(f"Nothing can be published on {target.connection} any more.")
    return platform


def publisher_of(target: Target) -> Publisher:
    """Raises PublishingError where nothing publishes there."""
    publisher = platform_of(target).publisher
    if publisher is None:
        raise PublishingError(f"Nothing can be published on {target.connection}.")
    return publisher
