"""The pages of channels: what they show, and forms that keep what was typed (CON-01, CON-03, CON-06)."""

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.audit.models import AuditRecord
from apps.connections import queries
from apps.connections.capabilities import Capability, PostKind
from apps.connections.models import Connection, ConnectionStatus
from apps.connections.recent import RecentWork, register_recent
from apps.connections.registry import PLATFORMS
from apps.connections.services import quota
from apps.library.channels import channel_choices
from tests.connections.factories import ConnectionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("valkey")]


def text(client, name, *arguments, status=200, **headers) -> str:
    answer = client.get(reverse(f"connections:{name}", args=arguments), headers=headers)
    assert answer.status_code == status
    return answer.content.decode()


def test_the_empty_page_says_what_to_do(alice_client, victor_client, team):
    assert "Connect a channel" in text(alice_client, "list", team.slug)
    assert "An admin of the team can connect one." in text(victor_client, "list", team.slug)


@pytest.mark.spec("CON-03")
def test_a_card_shows_how_a_channel_stands(alice_client, team):
    row = ConnectionFactory(
        team=team, name="Night Kitchen", handle="@kitchen", figures={"subscribers": 48_210}
    )
    quota.spend(row, "publish.open")
    page = text(alice_client, "list", team.slug)
    for words in ("Night Kitchen", "@kitchen", "48.2K", "Connected", "Uploads", "Checked"):
        assert words in page, words


def test_the_board_is_a_part_of_its_page(alice_client, team):
    part = text(alice_client, "list", team.slug, HX_Request="true")
    assert part.lstrip().startswith('<div id="board"')


def test_a_broken_one_is_first_and_one_click_from_mended(alice_client, victor_client, team):
    ConnectionFactory(team=team, name="Aaa")
    row = ConnectionFactory(
        team=team, name="Zzz", status=ConnectionStatus.BROKEN, status_reason="It was withdrawn."
    )
    page = text(alice_client, "list", team.slug)
    assert page.index("Zzz") < page.index("Aaa")
    assert "It was withdrawn." in page
    assert reverse("connections:reconnect", args=[team.slug, row.pk]) in page
    assert reverse("connections:reconnect", args=[team.slug, row.pk]) not in text(
        victor_client, "list", team.slug
    )
    assert (
        "Reconnect “Zzz” on YouTube"
        in alice_client.get(reverse("team:home", args=[team.slug])).content.decode()
    )


@pytest.mark.spec("CON-03")
def test_the_detail_page_shows_rights_quota_and_work(alice, alice_client, team):
    def works(connections, limit):
        return {
            row.pk: [RecentWork("A quiet harbour", "Published", timezone.now(), "/there/", "ok")]
            for row in connections
        }

    from apps.connections import recent

    register_recent(works)
    try:
        scopes = list(PLATFORMS["youtube"].scopes)[:2]
        row = ConnectionFactory(team=team, name="Night Kitchen", scopes=scopes, connected_by=alice)
        page = text(alice_client, "detail", team.slug, row.pk)
    finally:
        recent._finders.remove(works)
    for words in (
        "A quiet harbour",
        "Given",
        "Missing",
        "connected without the rights for: captions",
        "Alice Archer",
    ):
        assert words in page, words
    assert row.access_token not in page


@pytest.mark.spec("CON-03")
def test_rights_that_no_post_needs_are_said_on_the_page_of_the_channel_only(team):
    scopes = [scope for scope in PLATFORMS["instagram"].scopes if scope != "instagram_manage_insights"]
    row = ConnectionFactory(team=team, name="Night Kitchen", platform="instagram", scopes=scopes)
    said = [warning.sentence for warning in queries.warnings_for(row)]
    assert said == ["Night Kitchen was connected without the rights for: metrics."]
    assert queries.warnings_for(row, PostKind.SHORT) == ()


def test_a_picture_is_shown_from_here(alice_client, charlie_client, team):
    row = ConnectionFactory(team=team, picture=b"jpeg", picture_mark="abc")
    address = reverse("connections:picture", args=[team.slug, row.pk])
    answer = alice_client.get(address)
    assert (answer.content, answer["Content-Type"]) == (b"jpeg", "image/jpeg")
    assert charlie_client.get(address).status_code == 404
    assert address in text(alice_client, "list", team.slug)


@pytest.mark.spec("CON-06")
def test_one_table_says_what_each_platform_can_do(alice_client, team):
    answer = alice_client.get(reverse("connections:platforms", args=[team.slug]))
    rows = dict(answer.context["rows"])
    names = [platform.slug for platform in answer.context["platforms"]]
    assert names == list(PLATFORMS)
    for capability in Capability:
        name = capability.value.replace("_", " ").capitalize()
        expected = [capability in platform.capabilities for platform in PLATFORMS.values()]
        assert rows.get(name, [False] * len(names)) == expected


@pytest.mark.spec("CON-06")
def test_the_table_holds_together():
    for platform in PLATFORMS.values():
        assert (platform.identity is not None) == (Capability.IDENTITY in platform.capabilities)
        assert (
            (platform.publisher is not None)
            == (Capability.PUBLISH in platform.capabilities)
            == bool(platform.limits)
        )
        assert set(platform.needed) <= platform.capabilities
        buckets = {bucket.name for bucket in platform.costs.buckets}
        used = {cost.bucket for costs in platform.costs.operations.values() for cost in costs}
        assert used <= buckets
        assert set(platform.costs.exhausts.values()) <= buckets


@pytest.mark.spec("CON-06")
def test_where_people_meet_nothing_is_published(team):
    meeting = [slug for slug, platform in PLATFORMS.items() if platform.can(Capability.MEETING)]
    assert meeting == ["zoom", "teams", "jitsi"]
    channel = ConnectionFactory(team=team)
    for slug in meeting:
        ConnectionFactory(team=team, platform=slug, facts={"kind": "server", "address": "https://x.example"})
    assert list(queries.connections(team, Capability.PUBLISH)) == [channel]
    assert [key for key, _ in channel_choices(team)] == [str(channel.pk), "none"]
    assert len(queries.connections(team, Capability.MEETING)) == 3


def test_the_connect_page_says_which_rights_and_why(alice_client, victor_client, team):
    page = text(alice_client, "connect", team.slug)
    for platform in PLATFORMS.values():
        assert platform.name in page
        for scope, why in platform.scopes.items():
            assert scope in page
            assert why in page
    assert "Go on to YouTube" in page
    assert "Go on to YouTube" not in text(victor_client, "connect", team.slug)


def test_a_platform_that_is_not_set_up_says_so(alice_client, team, settings):
    settings.SANDBOX_URL = ""
    assert "YouTube is not set up on this installation" in text(alice_client, "connect", team.slug)
    answer = alice_client.post(reverse("connections:start", args=[team.slug, "youtube"]), follow=True)
    assert "not set up" in answer.content.decode()


@pytest.mark.spec("CON-03")
def test_disconnecting_asks_first_and_keeps_the_history(alice_client, team):
    row = ConnectionFactory(team=team, name="Night Kitchen")
    address = reverse("connections:disconnect", args=[team.slug, row.pk])
    assert "Its tokens are wiped out here at once." in alice_client.get(address).content.decode()
    page = alice_client.post(address, follow=True).content.decode()
    assert "Night Kitchen is disconnected. YouTube did not answer" in page  # its stand-in does not run here
    kept = Connection.objects.get(pk=row.pk)
    assert (kept.status, kept.access_token, kept.refresh_token) == (ConnectionStatus.DISCONNECTED, "", "")
    line = AuditRecord.objects.get(action="connection.disconnect")
    assert line.target_id == str(row.pk)
    assert row.access_token not in str(line.__dict__)


class TestTargets:
    """A server's address and key (CON-01)."""

    def add(self, client, team, **changes):
        data = {"name": "Wall", "address": "rtmp://127.0.0.1:9/live", "key": "secret-key-1", **changes}
        return client.post(reverse("connections:add_target", args=[team.slug]), data)

    @pytest.fixture
    def allowed(self, settings):
        settings.OUTSIDE_ALLOW_PRIVATE = ["127.0.0.1:*"]

    @pytest.mark.spec("CON-01")
    def test_it_is_kept_with_its_key_sealed(self, alice_client, team, allowed):
        answer = self.add(alice_client, team)
        row = Connection.objects.get(platform="rtmp")
        assert answer["Location"] == reverse("connections:detail", args=[team.slug, row.pk])
        assert (row.name, row.facts, row.access_token) == (
            "Wall",
            {"address": "rtmp://127.0.0.1:9/live"},
            "secret-key-1",
        )
        assert row.status == ConnectionStatus.FAILING  # nobody listens there
        assert "Nobody answers" in row.status_reason
        page = text(alice_client, "detail", team.slug, row.pk)
        assert "kept encrypted" in page
        assert "secret-key-1" not in page

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"address": "http://example.com/app"}, "begins with rtmp"),
            ({"address": "rtmp://example.com"}, "name of the application is missing"),
            ({"address": "rtmp://u:p@example.com/app"}, "holds a user name"),
            ({"address": "rtmp://[::1/app"}, "not an address"),
            ({"address": ""}, "required"),
            ({"key": "two words"}, "no spaces"),
            ({"key": ""}, "required"),
            ({"address": "rtmp://169.254.169.254/app"}, "private address"),
        ],
    )
    def test_what_is_wrong_stands_beside_its_field(self, alice_client, team, changes, sentence):
        answer = self.add(alice_client, team, **changes)
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
        assert not Connection.objects.exists()

    def test_the_key_stays_unless_the_address_is_another(self, alice_client, team, allowed):
        self.add(alice_client, team)
        row = Connection.objects.get()
        address = reverse("connections:change_target", args=[team.slug, row.pk])
        moved = {"name": "Wall", "address": "rtmp://127.0.0.1:10/live", "key": ""}
        answer = alice_client.post(address, moved)
        assert "Enter the key again" in answer.content.decode()
        alice_client.post(address, {**moved, "address": "rtmp://127.0.0.1:9/live", "name": "Big wall"})
        kept = Connection.objects.get()
        assert (kept.name, kept.access_token) == ("Big wall", "secret-key-1")

    def test_the_same_one_twice_is_said(self, alice_client, team, allowed):
        self.add(alice_client, team)
        assert "are there already: Wall" in self.add(alice_client, team).content.decode()
