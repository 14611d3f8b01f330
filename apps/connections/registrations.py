"""This installation's own registration at each platform, out of the settings."""

from django.conf import settings

from apps.connections.adapters import AppCredentials
from apps.connections.registry import PLATFORMS

SANDBOX_SECRET = "sandbox-secret"  # noqa: S105 - what every stand-in takes


def is_sandboxed(slug: str) -> bool:
    """Whether the platform's local stand-in takes its place: no registration is set, and there is a stand-in."""
    return not settings.PLATFORM_CLIENTS.get(slug, ("", ""))[0] and bool(settings.SANDBOX_URL)


def is_available(slug: str) -> bool:
    """Whether accounts of the platform can be connected at all."""
    if slug not in PLATFORMS:
        return False
    if PLATFORMS[slug].how == "address":
        return True
    return bool(settings.PLATFORM_CLIENTS.get(slug, ("", ""))[0]) or is_sandboxed(slug)


def registration(slug: str) -> AppCredentials:
    """The registration and the addresses of a platform. The address guard is off where the operator's own settings
    name the address: the stand-ins, or PLATFORM_ADDRESSES. Raises KeyError for one without any."""
    if is_sandboxed(slug):
        addresses = {
            name: address.replace("{sandbox}", settings.SANDBOX_URL.rstrip("/"))
            for name, address in settings.SANDBOX_ADDRESSES[slug].items()
        }
        return AppCredentials(f"sandbox-{slug}", SANDBOX_SECRET, addresses, is_audited(slug), guard=False)
    client_id, secret = settings.PLATFORM_CLIENTS[slug]
    own = _own_addresses(slug)
    addresses = {**settings.REAL_ADDRESSES[slug], **own}
    return AppCredentials(client_id, secret, addresses, is_audited(slug), guard=not own)


def is_audited(slug: str) -> bool:
    """Whether the platform lets our application post publicly. A stand-in decides that for itself."""
    return slug in settings.PLATFORM_AUDITED


def _own_addresses(slug: str) -> dict[str, str]:
    mark = f"{slug}."
    given = settings.PLATFORM_ADDRESSES.items()
    return {name.removeprefix(mark): address.rstrip("/") for name, address in given if name.startswith(mark)}
