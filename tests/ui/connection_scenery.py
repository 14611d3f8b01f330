"""Channels in every state, for the pages of channels."""

from datetime import timedelta
from io import BytesIO
from typing import Any

from django.utils import timezone
from PIL import Image

from apps.accounts.models import User
from apps.connections.adapters import Account, Grant
from apps.connections.models import Connection, ConnectionStatus, SignIn, StrikeKind
from apps.connections.registry import PLATFORMS
from apps.connections.services import connecting, quota, strikes
from apps.core.ids import new_id
from apps.teams.models import Team
from tests.connections.factories import ConnectionFactory

APP_ID = "vpaas-magic-cookie-0123456789abcdef0123456789abcdef"


def build_connections(team: Team, person: User) -> dict[str, Any]:
    """Rows for the pages of channels; the names fill their addresses."""
    now = timezone.now()
    channel = ConnectionFactory(
        team=team, name="Night Kitchen", handle="@nightkitchen", connected_by=person, picture=_picture(),
        picture_mark="1", figures={"subscribers": 48_210, "videos": 312, "views": 9_431_870},
        link="https://www.youtube.com/channel/UC1", checked_at=now - timedelta(minutes=4),
    )  # fmt: skip
    _strikes(channel, person)
    for _ in range(83):
        quota.spend(channel, "publish.open")
    quota.spend(channel, "publish.captions")
    ConnectionFactory(
        team=team, platform="tiktok", name="nightkitchen", figures={"followers": 120_400, "likes": 2_100_000},
        checked_at=now - timedelta(minutes=9), refresh_expires_at=now + timedelta(hours=20),
    )  # fmt: skip
    broken = ConnectionFactory(
        team=team, platform="instagram", name="Night Kitchen Berlin", handle="@nightkitchen.berlin",
        figures={"followers": 8_100}, status=ConnectionStatus.BROKEN, connected_by=person,
        status_reason="Instagram: the sign-in is no longer valid. Connect the account again.",
        scopes=["instagram_basic", "pages_show_list"], checked_at=now - timedelta(hours=2),
    )  # fmt: skip
    ConnectionFactory(
        team=team, platform="facebook", name="Night Kitchen with a name that is longer than most pages have one",
        status=ConnectionStatus.FAILING, status_reason="Facebook has a fault at the moment (503). It is tried again.",
        figures={"followers": 31_000}, expires_at=None,
    )  # fmt: skip
    rtmp = ConnectionFactory(
        team=team, platform="rtmp", name="Studio wall", handle="", figures={}, scopes=[], refresh_token="",
        expires_at=None, facts={"address": "rtmp://stage.example.com/live"},
    )  # fmt: skip
    gone = ConnectionFactory(
        team=team, platform="twitch", name="nightkitchen_live", status=ConnectionStatus.DISCONNECTED,
        access_token="", refresh_token="", expires_at=None, disconnected_at=now - timedelta(days=3),
    )  # fmt: skip
    meetings = ConnectionFactory(
        team=team, platform="zoom", name="Night Kitchen", handle="night@kitchen.example", figures={},
        link="https://zoom.us/profile", connected_by=person, facts={"plan": "licensed"},
    )  # fmt: skip
    ConnectionFactory(
        team=team, platform="teams", name="Night Kitchen", handle="night@kitchen.example", figures={},
        scopes=["openid", "profile", "User.Read", "offline_access"],
    )  # fmt: skip
    jaas = ConnectionFactory(
        team=team, platform="jitsi", name="Our rooms", handle="", figures={}, scopes=[], refresh_token="",
        expires_at=None, external_id=APP_ID, facts={"kind": "jaas", "app_id": APP_ID, "key_id": "4f4910"},
    )  # fmt: skip
    return {
        "zoom_channel": meetings.pk,
        "jaas_channel": jaas.pk,
        "channel": channel.pk,
        "broken_channel": broken.pk,
        "gone_channel": gone.pk,
        "rtmp_channel": rtmp.pk,
        "sign_in": _sign_in(team, person).pk,
    }


def _strikes(channel: Connection, person: User) -> None:
    """Two that count, one that is over, and one that waits for a person."""
    today = timezone.localdate()
    for kind, about, days in (
        (StrikeKind.COPYRIGHT, "“Bread at night” · music of another label from 0:40 on", 12),
        (StrikeKind.COPYRIGHT, "“Sourdough in a day” · a clip of a television show", 40),
        (StrikeKind.COMMUNITY, "“Knives, rated” · dangerous acts without a warning", 130),
    ):
        strikes.record_strike(
            connection=channel, actor=person, kind=kind, about=about, received_on=today - timedelta(days=days)
        )
    strikes.suggest_strike(
        connection=channel, reason="inappropriate", post_ref=new_id(),
        about="“What chefs never say” · YouTube: the video was refused as inappropriate.",
    )  # fmt: skip


def _sign_in(team: Team, person: User) -> SignIn:
    """Back from Facebook with three pages and one right missing."""
    names = ("Night Kitchen", "Night Kitchen Wien", "Bread & Salt")
    accounts = tuple(
        Account(str(number), name, figures={"followers": 1000 * number})
        for number, name in enumerate(names, 1)
    )
    scopes = tuple(PLATFORMS["facebook"].scopes)
    found = connecting.Found(Grant("token", scopes=scopes[:-1]), accounts, scopes[-1:])
    return SignIn.objects.create(
        team=team, platform="facebook", state_hash="s", session_hash="s", person=person,
        found=connecting.to_text(found), expires_at=timezone.now() + timedelta(hours=12), used_at=timezone.now(),
    )  # fmt: skip


def _picture() -> bytes:
    made = BytesIO()
    Image.linear_gradient("L").resize((128, 128)).convert("RGB").save(made, "JPEG")
    return made.getvalue()
