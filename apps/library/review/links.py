"""The addresses of review links: signed, so that nobody guesses one; what they open is looked up each time."""

from datetime import datetime
from uuid import UUID

from django.core import signing
from django.urls import reverse

from apps.library.review.models import ReviewLink
from apps.notifications.contents import absolute

SALT = "apps.library.review"


def token_of(link: ReviewLink) -> str:
    return signing.Signer(salt=SALT).sign_object(link.pk.hex)


def address_of(link: ReviewLink) -> str:
    """The whole address, to be sent to somebody."""
    return absolute(reverse("review:page", args=[token_of(link)]))


def open_link(token: str, now: datetime) -> ReviewLink | None:
    """The link of a token that we signed, while it is open and its video is there; None for any other."""
    try:
        link_id = UUID(signing.Signer(salt=SALT).unsign_object(token))
    except (signing.BadSignature, ValueError):
        return None
    link = (
        ReviewLink.objects.filter(pk=link_id, video__deleted_at=None).select_related("video", "team").first()
    )
    return link if link is not None and link.is_open(now) else None
