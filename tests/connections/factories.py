"""Connections for tests."""

from datetime import timedelta
from typing import Any

import factory
from django.utils import timezone

from apps.connections.models import Connection
from apps.connections.registry import PLATFORMS
from tests.factories import TeamFactory


class ConnectionFactory(factory.django.DjangoModelFactory[Connection]):
    """A healthy YouTube channel with every right and a token that is good for an hour.

    The token is known to nobody; `granted(connection)` gives one that the platform's stand-in takes.
    """

    class Meta:
        model = Connection

    team = factory.SubFactory(TeamFactory)
    platform = "youtube"
    external_id = factory.Sequence(lambda n: f"UC{n:022d}")
    name = factory.Sequence(lambda n: f"Channel {n}")
    handle = factory.LazyAttribute(lambda row: f"@{row.name.lower().replace(' ', '')}")
    access_token = factory.Sequence(lambda n: f"access-token-{n}")
    refresh_token = factory.Sequence(lambda n: f"refresh-token-{n}")
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(hours=1))
    checked_at = factory.LazyFunction(timezone.now)
    scopes = factory.LazyAttribute(lambda row: list(PLATFORMS[row.platform].scopes))
    figures = factory.LazyFunction(lambda: {"subscribers": 1200})
    facts: Any = factory.LazyFunction(dict)
