"""This installation's own registration at each platform, out of the settings."""

from django.conf import settings

from apps.connections.adapters import AppCredentials
from apps.connections.registry import PLATFORMS

SANDBOX_SECRET = "sandbox-secret"  # noqa: S105 - what every stand-in takes


def is_sandboxed(slug: str) -> bool:
    """Whether the platform's local stand-in takes its place: no registration is set, and there is a stand-in. What
    needs none is real where the operator names its address."""
    if not settings.SANDBOX_URL or slug not in settings.SANDBOX_ADDRESSES:
        return False
    if slug in PLATFORMS and PLATFORMS[slug].how == "address":
        return not _own_addresses(slug)
    return not settings.PLATFORM_CLIENTS[slug][0]


def is_available(slug: str) -> bool:
    """Whether accounts of the platform can be connected at all."""
    if slug not in PLATFORMS:
        return False
    if PLATFORMS[slug].how == "address":
        return True
    return bool(settings.PLATFORM_CLIENTS.get(slug, ("", ""))[0]) or is_sandboxed(slug)


def registration(slug: str) -> AppCredentials:
    """The registration and the addresses of a platform, without an id where it needs none. The address guard is off
    where the operator's own settings name the address: the stand-ins, or PLATFORM_ADDRESSES."""
    if is_sandboxed(slug):
        addresses = {
            name: address.replace("{sandbox}", settings.SANDBOX_URL.rstrip("/"))
            for name, address in settings.SANDBOX_ADDRESSES[slug].items()
        }
        secret, client_id = SANDBOX_SECRET, f"sandbox-{slug}"
        return AppCredentials(client_id, secret, addresses, is_audited(slug), False, hook_secret=secret)
    client_id, secret = settings.PLATFORM_CLIENTS.get(slug, ("", ""))
    own, signs_with = _own_addresses(slug), settings.PLATFORM_HOOK_SECRETS.get(slug, "")
    addresses = {**settings.REAL_ADDRESSES.get(slug, {}), **own}
    return AppCredentials(client_id, secret, addresses, is_audited(slug), not own, hook_secret=signs_with)


def is_audited(slug: str) -> bool:
    """Whether the platform lets our application post publicly. A stand-in decides that for itself."""
    return slug in settings.PLATFORM_AUDITED


def _own_addresses(slug: str) -> dict[str, str]:
    mark = f"{slug}."
    given = settings.PLATFORM_ADDRESSES.items()
    return {name.removeprefix(mark): address.rstrip("/") for name, address in given if name.startswith(mark)}
