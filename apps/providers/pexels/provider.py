"""The entry of Pexels in the registry."""

from apps.providers.adapters import Credentials
from apps.providers.capabilities import Capability
from apps.providers.pexels.search import BASE_ADDRESS, PexelsVisual, client
from apps.providers.registry import KeyFacts, Provider


def check(credentials: Credentials) -> KeyFacts:
    """Asks for one photo, which is one of the 200 calls an hour."""
    with client(credentials) as service:
        answer = service.get("/v1/curated", params={"per_page": 1})
        answer.json_object()
    left = answer.headers.get("x-ratelimit-remaining", "")
    sentence = (
        f"The key works. {int(left):,} calls are left this month." if left.isdigit() else "The key works."
    )
    return KeyFacts(sentence)


PEXELS = Provider(
    slug="pexels",
    name="Pexels",
    summary="Stock clips and photos, free to use; the credit is kept with the video.",
    adapters={Capability.VISUAL: PexelsVisual()},
    check=check,
    base_address=BASE_ADDRESS,
    key_page="https://www.pexels.com/api/",
)
