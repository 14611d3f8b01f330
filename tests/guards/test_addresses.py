"""Every address says who may come in."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from apps.teams.roles import Permission
from tests.guards.tree import check

STUDIO = "studio/<slug:team_slug>/"
# Views outside of the studio that anybody may open.
PUBLIC = {
    "healthz": "probes of the host ask it; it tells only that the process answers",
    "agents:beat": "machines come with a key of their own, which it asks for",
    "readyz": "load balancers ask it; it tells only which of its parts are well",
    "admin:login": "shows nothing: it sends to the sign-in, to the second factor, or back",
    "metrics": "asks for a token of its own, which machines bring",
    "core:start": "sends everybody to where they belong: sign-in, set-up, or their team",
    "accounts:theme": "dark or light is chosen before sign-in too; it writes only a cookie",
    "account_login": "the sign-in page itself",
    "accounts:passkey_begin": "gives a challenge to whoever is signed in or has just given the password, 404 to others",
    "accounts:password_strength": "judges a password while it is typed, at sign-up too; keeps nothing",
    "accounts:sign_in_step": "opens only between a right password and the sign-in that waits for the second factor",
    "core:mailbox": "holds the codes that sign-up waits for; exists only where the product runs on one's own machine",
    "core:mail": "one e-mail of that mailbox",
    "optout": "the signed link in e-mails that stops them, for people and mail programs without a sign-in",
    "core:offline": "a page without content, kept by browsers for times without network",
    "core:service_worker": "a script file that must stand at the root",
    "security:privacy": "what is kept of people and why, which anybody may ask before they sign up",
    "media:file": "content delivery networks ask for files by links that are signed and end",
    "review:page": "guests of a review have no account; the address is signed, ends, and can be taken back",
    "review:file": "the video of such a review",
    "teams:invitation": "who is invited has no account yet; the address holds a secret of 256 bits",
    "incoming:hook": "other services, which sign what they send",
    "follow_link": "the short address of an affiliate link, which visitors of a post follow",
    "sandbox:stand_in": "a double of an outside platform, which asks for its own tokens; never there in production",
    "sandbox:consent": "a platform's consent page: whoever sits there chooses one of the sandbox's invented accounts",
    "sandbox:account": "what the public sees of an account of the sandbox",
    "sandbox:picture": "a drawn initial",
    "sandbox:watch": "a video that is public at a platform of the sandbox",
    "sandbox:file": "the bytes of such a video",
    "sandbox:thumbnail": "the picture of such a video",
    "core:styleguide": "components with invented content, nothing of anybody's",
}
# Addresses that packages bring, with doors of their own.
PACKAGES = {
    "admin/": "Django's admin lets operators in only",
    "accounts/": "allauth's pages for signing up, in and out",
}


def patterns(resolver: URLResolver, before: str = "", names: str = "") -> Iterator[tuple[str, str, Any]]:
    """(address, name, view) of every pattern."""
    for entry in resolver.url_patterns:
        address = before + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield address, f"{names}{entry.name}", entry.callback
        else:
            yield from patterns(entry, address, names + (f"{entry.namespace}:" if entry.namespace else ""))


def ours(view: Any) -> bool:
    return str(view.__module__).startswith(("apps.", "config."))


def test_every_studio_view_has_a_permission() -> None:
    found = [
        (name, getattr(view, "permission", None))
        for address, name, view in patterns(get_resolver())
        if address.startswith(STUDIO)
    ]
    assert found
    assert [name for name, permission in found if not isinstance(permission, Permission)] == []


def test_every_permission_opens_a_view_or_has_a_reason() -> None:
    used = {getattr(view, "permission", None) for _, _, view in patterns(get_resolver())}
    check({p.value for p in Permission} - {p.value for p in used if p}, UNUSED)


UNUSED: dict[str, str] = {}


def test_every_other_view_wants_a_sign_in_or_is_public_for_a_reason() -> None:
    """Django's `login_required` marks its views with `login_url`."""
    rest = [
        (name, view)
        for address, name, view in patterns(get_resolver())
        if not address.startswith(STUDIO) and ours(view)
    ]
    check((name for name, view in rest if not hasattr(view, "login_url")), PUBLIC)


def test_views_of_packages_come_under_known_addresses() -> None:
    foreign = [address for address, _, view in patterns(get_resolver()) if not ours(view)]
    prefixes = {
        next((prefix for prefix in PACKAGES if address.startswith(prefix)), address) for address in foreign
    }
    check(prefixes, PACKAGES)
