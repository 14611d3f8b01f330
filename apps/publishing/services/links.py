"""Affiliate links with short addresses, their clicks, and the disclosure that goes with them (PUB-11)."""

import re
import secrets
import string
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.services import record as audit
from apps.publishing import clock
from apps.publishing.errors import PublishingError
from apps.publishing.models import AffiliateLink, LinkClicks
from apps.teams.models import Team
from apps.teams.roles import Permission
from apps.teams.services.appointing import check_may

ALPHABET = string.ascii_letters + string.digits
CODE_LENGTH = 7  # 3.5 × 10¹² codes: nobody finds one by trying
DISCLOSURE = "Contains affiliate links: I may earn a commission when you buy through them."
_IS_URL = URLValidator(schemes=["http", "https"])


@transaction.atomic
def create_link(
    *, team: Team, actor: User | None, name: str, url: str, disclosure: str = ""
) -> AffiliateLink:
    """A short address for `url`. Raises PublishingError beside what is wrong."""
    check_may(team, actor, Permission.EDIT_POSTS)
    link = AffiliateLink(team=team, code=new_code())
    _apply(link, name, url, disclosure)
    link.save(force_insert=True)
    audit("link.create", team=team, actor=actor, target=link, after=_facts(link))
    return link


@transaction.atomic
def edit_link(
    link: AffiliateLink, actor: User | None, *, name: str, url: str, disclosure: str, is_off: bool
) -> AffiliateLink:
    """Where it leads from now on, also in posts that are out; switched off, it leads nowhere."""
    check_may(link.team, actor, Permission.EDIT_POSTS)
    locked: AffiliateLink = AffiliateLink.objects.select_for_update(no_key=True).get(pk=link.pk)
    before = _facts(locked)
    _apply(locked, name, url, disclosure)
    locked.is_off = is_off
    locked.save()
    audit("link.edit", team=link.team, actor=actor, target=locked, before=before, after=_facts(locked))
    return locked


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def _apply(link: AffiliateLink, name: str, url: str, disclosure: str) -> None:
    link.name = " ".join(name.split())[:120]
    link.url = url.strip()
    link.disclosure = " ".join(disclosure.split()) or DISCLOSURE
    if not link.name:
        raise PublishingError("Give the link a name.", field="name")
    try:
        _IS_URL(link.url)
    except ValidationError as error:
        raise PublishingError(
            "This is no address of a page. It begins with https:// or http://.", field="url"
        ) from error
    if urlsplit(link.url).netloc == urlsplit(settings.PUBLIC_URL).netloc:
        raise PublishingError("A short address that leads here again leads nowhere.", field="url")
    if len(link.disclosure) > 300:
        raise PublishingError("Keep the disclosure within 300 characters.", field="disclosure")


def _facts(link: AffiliateLink) -> dict[str, Any]:
    return {"name": link.name, "url": link.url, "disclosure": link.disclosure, "is_off": link.is_off}


def short_address(link: AffiliateLink) -> str:
    """As people read and follow it."""
    return f"{settings.PUBLIC_URL}{reverse('follow_link', args=[link.code])}"


def count_click(link: AffiliateLink) -> None:
    """One more on today's line. Two at the same moment are both counted."""
    today = clock.on_clock(timezone.now(), link.team.time_zone).date()
    if not _add(link, today):
        LinkClicks.objects.bulk_create(
            [LinkClicks(team_id=link.team_id, link=link, day=today)], ignore_conflicts=True
        )
        _add(link, today)


def _add(link: AffiliateLink, day: date) -> int:
    rows = LinkClicks.objects.filter(link=link, day=day)
    return rows.update(clicks=F("clicks") + 1, updated_at=timezone.now())


def disclosed(team: Team, text: str) -> str:
    """The text, with the disclosure of each of the team's links in it that does not say so yet below it."""
    codes = set(re.findall(rf"{re.escape(settings.PUBLIC_URL)}/l/([A-Za-z0-9]+)", text))
    if not codes:
        return text
    links = AffiliateLink.objects.in_team(team).filter(code__in=codes).order_by("disclosure")
    missing = [
        sentence
        for sentence in dict.fromkeys(links.values_list("disclosure", flat=True))
        if sentence.casefold() not in text.casefold()
    ]
    return "\n\n".join([text.rstrip(), *missing]) if missing else text
