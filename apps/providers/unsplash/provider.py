"""The entry of Unsplash in the registry."""

from apps.providers.adapters import Credentials
from apps.providers.capabilities import Capability
from apps.providers.registry import KeyFacts, Provider
from apps.providers.unsplash.search import BASE_ADDRESS, UnsplashVisual, client


def check(credentials: Credentials) -> KeyFacts:
    """Asks for one photo, which is one of the hour's calls."""
    with client(credentials) as service:
        answer = service.get("/photos", params={"per_page": 1})
        answer.json()
    left = answer.headers.get("x-ratelimit-remaining", "")
    sentence = (
        f"The key works. {int(left):,} calls are left this hour." if left.isdigit() else "The key works."
    )
    return KeyFacts(sentence)


UNSPLASH = Provider(
    slug="unsplash",
    name="Unsplash",
    summary="Stock photos, free to use; the credit is kept with the video.",
    adapters={Capability.VISUAL: UnsplashVisual()},
    check=check,
    secret_label="Access key",  # noqa: S106 - a label
    base_address=BASE_ADDRESS,
    key_page="https://unsplash.com/oauth/applications",
)
