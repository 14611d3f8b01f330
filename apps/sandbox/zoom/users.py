"""Users: whose token it is."""

import secrets

from apps.sandbox.models import Account
from apps.sandbox.services import accounts
from apps.sandbox.standin import Answer, Call, sandbox_url
from apps.sandbox.zoom.habits import PLATFORM

LICENSED, BASIC = 2, 1


def me(call: Call) -> Answer:
    one = call.account
    first, _, last = one.name.partition(" ")
    return Answer(
        {
            "id": one.external_id,
            "first_name": first,
            "last_name": last,
            "display_name": one.name,
            "email": f"{one.handle}@example.com",
            "type": int(one.facts.get("type", LICENSED)),
            "role_name": "Member",
            "pmi": 4_000_000_000 + accounts.figure(one, "pmi", 900_000_000),
            "use_pmi": False,
            "timezone": "Europe/Berlin",
            "verified": 1,
            "dept": "",
            "created_at": one.created_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "pic_url": f"{sandbox_url()}/picture/{one.external_id}/",
            "account_id": f"acc-{one.external_id}",
            "language": "en-US",
            "status": "active",
        }
    )


def samples() -> list[Account]:
    return [
        accounts.sample(
            PLATFORM, "user", "Night Kitchen", "zm-night-kitchen-0000001", handle="night.kitchen"
        ),
        accounts.sample(
            PLATFORM,
            "user",
            "Free Plan",
            "zm-free-plan-00000000002",
            handle="free.plan",
            facts={"type": BASIC},
        ),
    ]


def new_account(name: str) -> Account:
    return accounts.new_account(PLATFORM, "user", name, external_id=secrets.token_urlsafe(16))
