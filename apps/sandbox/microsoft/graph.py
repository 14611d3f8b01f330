"""Graph: whose token it is."""

import uuid

from apps.sandbox.microsoft.habits import PLATFORM
from apps.sandbox.models import Account
from apps.sandbox.services import accounts
from apps.sandbox.standin import Answer, Call


def me(call: Call) -> Answer:
    one = call.account
    given, _, surname = one.name.partition(" ")
    return Answer(
        {
            "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users/$entity",
            "businessPhones": [],
            "displayName": one.name,
            "givenName": given,
            "jobTitle": None,
            "mail": one.handle,
            "mobilePhone": None,
            "officeLocation": None,
            "preferredLanguage": "en-US",
            "surname": surname,
            "userPrincipalName": one.handle,
            "id": one.external_id,
        }
    )


def samples() -> list[Account]:
    return [
        accounts.sample(
            PLATFORM,
            "user",
            "Night Kitchen",
            "8c1d3f0a-51c7-4d0e-9a55-0d6c2f1b7a01",
            handle="night@kitchen.example",
        ),
        accounts.sample(
            PLATFORM,
            "user",
            "Personal account",
            "00000000-0000-0000-1a2b-3c4d5e6f7a02",
            handle="someone@outlook.example",
            facts={"personal": True},
        ),
    ]


def new_account(name: str) -> Account:
    handle = f"{name.lower().replace(' ', '.')}@kitchen.example"
    return accounts.new_account(PLATFORM, "user", name, external_id=str(uuid.uuid4()), handle=handle)
