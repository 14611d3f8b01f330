"""A person, their pages, and the Instagram accounts of these."""

import secrets
from typing import Any

from apps.sandbox import queries
from apps.sandbox.meta.fields import Inner, Node
from apps.sandbox.meta.habits import PLATFORM
from apps.sandbox.models import Account, Grant, TokenKind
from apps.sandbox.services import accounts, grants
from apps.sandbox.standin import Call, sandbox_url

PERSON, PAGE, INSTAGRAM = "person", "page", "instagram"
TASKS = ["ANALYZE", "ADVERTISE", "MODERATE", "CREATE_CONTENT", "MANAGE"]


def person(one: Account) -> Node:
    return {"id": one.external_id, "name": one.name, "picture": {"data": {"url": picture_url(one)}}}


def page(one: Account, grant: Grant) -> Node:
    """A page with a token of its own, which has no end where the person's was a long one."""
    gram = one.children.filter(kind=INSTAGRAM).first()
    return {
        "id": one.external_id,
        "name": one.name,
        "username": one.handle,
        "link": public_url(one),
        "category": "Media",
        "tasks": TASKS,
        "access_token": lambda: grants.issue(
            grant, TokenKind.ACCESS, prefix="EAAP", life_s=None, account=one
        ),
        "picture": {"data": {"url": picture_url(one)}},
        "fan_count": accounts.figure(one, "fans", 30_000),
        "followers_count": accounts.figure(one, "followers", 40_000),
        "instagram_business_account": Inner(instagram(gram)) if gram else None,
    }


def instagram(one: Account) -> Node:
    return {
        "id": one.external_id,
        "username": one.handle,
        "name": one.name,
        "biography": "",
        "profile_picture_url": picture_url(one),
        "followers_count": accounts.figure(one, "followers", 80_000),
        "follows_count": accounts.figure(one, "follows", 900),
        "media_count": lambda: queries.public_videos(account=one).count(),
    }


def picture_url(one: Account) -> str:
    return f"{sandbox_url()}/picture/{one.external_id}/"


def public_url(one: Account) -> str:
    return f"{sandbox_url()}/accounts/{one.external_id}/"


def reached(call: Call) -> list[Account]:
    """Every account that the token may act for: itself, a person's pages, and their Instagram accounts."""
    found = [call.account]
    if call.account.kind == PERSON:
        found += call.account.children.filter(kind=PAGE)
    return [*found, *Account.objects.filter(kind=INSTAGRAM, parent__in=found)]


def number() -> str:
    """An id as Graph makes them."""
    return str(10**16 + secrets.randbelow(9 * 10**16))


def samples() -> list[Account]:
    """People to choose from: one with two pages, of which one is on Instagram; one without Instagram; one with
    nothing."""
    mara = _sample(PERSON, "Mara with two pages", "10000000000000001")
    kitchen = _sample(PAGE, "Night Kitchen", "10000000000000011", parent=mara, handle="nightkitchen")
    _sample(INSTAGRAM, "Night Kitchen", "17800000000000011", parent=kitchen, handle="night.kitchen")
    _sample(PAGE, "Field Notes", "10000000000000012", parent=mara, handle="fieldnotes")
    jonas = _sample(PERSON, "Jonas with one page", "10000000000000002")
    _sample(PAGE, "Jonas bakes", "10000000000000021", parent=jonas, handle="jonasbakes")
    nobody = _sample(PERSON, "Samir without pages", "10000000000000003")
    return [mara, jonas, nobody]


def _sample(kind: str, name: str, external_id: str, **options: Any) -> Account:
    return accounts.sample(PLATFORM, kind, name, external_id, **options)


def new_account(name: str) -> Account:
    """A person with one page, which is on Instagram."""
    made = accounts.new_account(PLATFORM, PERSON, name, external_id=number())
    one = accounts.new_account(PLATFORM, PAGE, name, external_id=number(), parent=made)
    accounts.new_account(PLATFORM, INSTAGRAM, name, external_id=number(), parent=one)
    return made
