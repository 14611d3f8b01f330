"""Affiliate links with short addresses, their clicks, disclosures, and pools of hashtags (PUB-11)."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from apps.accounts.models import User
from apps.publishing.clicks import is_person
from apps.publishing.errors import PublishingError
from apps.publishing.models import AffiliateLink, HashtagPool, LinkClicks
from apps.publishing.services import links, pools, posts
from apps.teams.models import Team
from tests.concurrency import at_once
from tests.factories import TeamFactory
from tests.publishing.factories import ChannelFactory

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Instagram 350.0"
PHONE = "Mozilla/5.0 (Linux; Android 14; CUBOT X90) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"
SHOP = "https://shop.example.com/knife?tag=night"


def made(team: Team, actor: User | None = None, **facts: Any) -> AffiliateLink:
    return links.create_link(team=team, actor=actor, **{"name": "Knife", "url": SHOP, **facts})


@pytest.mark.spec("PUB-11")
@pytest.mark.parametrize("agent", [FIREFOX, IPHONE, PHONE])
def test_people_are_counted(agent: str) -> None:
    assert is_person("GET", {"User-Agent": agent})


@pytest.mark.spec("PUB-11")
@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("HEAD", {"User-Agent": FIREFOX}),
        ("GET", {}),
        ("GET", {"User-Agent": "curl/8.5.0"}),
        ("GET", {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"}),
        ("GET", {"User-Agent": "facebookexternalhit/1.1"}),
        (
            "GET",
            {"User-Agent": "Mozilla/5.0 (Linux; Android 5.0) AppleWebKit/537.36 (compatible; Bytespider)"},
        ),
        ("GET", {"User-Agent": "Mozilla/5.0 (X11) HeadlessChrome/140.0"}),
        ("GET", {"User-Agent": FIREFOX, "Sec-Purpose": "prefetch;prerender"}),
        ("GET", {"User-Agent": FIREFOX, "X-Moz": "prefetch"}),
    ],
)
def test_programs_and_fetches_ahead_are_left_out(method: str, headers: dict[str, str]) -> None:
    assert not is_person(method, headers)


@pytest.mark.spec("PUB-11")
@pytest.mark.django_db
def test_short_address_leads_on_and_counts_people_without_keeping_anything_of_them(
    team: Team, client: Client
) -> None:
    link = made(team)
    address = f"/l/{link.code}"
    for agent in (FIREFOX, IPHONE, "curl/8.5.0"):
        answer = client.get(address, headers={"User-Agent": agent})
        assert (answer.status_code, answer["Location"]) == (302, SHOP)
    assert (answer["Cache-Control"], answer["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert answer.cookies == {}
    [day] = LinkClicks.objects.filter(link=link)
    assert day.clicks == 2
    assert {field.name for field in LinkClicks._meta.fields} == {
        "id", "created_at", "updated_at", "team", "link", "day", "clicks",
    }  # fmt: skip


@pytest.mark.spec("PUB-11")
@pytest.mark.django_db(transaction=True)
def test_clicks_at_the_same_moment_are_all_counted(team: Team) -> None:
    link = made(team)
    at_once(8, lambda: links.count_click(link))
    assert [day.clicks for day in LinkClicks.objects.filter(link=link)] == [8]


@pytest.mark.django_db
def test_link_that_is_off_or_was_never_there_leads_nowhere(team: Team, bob: User, client: Client) -> None:
    link = made(team)
    links.edit_link(link, bob, name="Knife", url=SHOP, disclosure="", is_off=True)
    for code in (link.code, "nothing"):
        assert client.get(f"/l/{code}", headers={"User-Agent": FIREFOX}).status_code == 404
    assert client.post(f"/l/{link.code}").status_code == 405
    assert not LinkClicks.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"url": "javascript:alert(1)"}, "url"),
        ({"url": "//shop.example.com"}, "url"),
        ({"url": "https://shop.example.com/\r\nSet-Cookie: a=b"}, "url"),
        ({"url": f"{settings.PUBLIC_URL}/l/abc"}, "url"),
        ({"name": "  "}, "name"),
        ({"disclosure": "x" * 301}, "disclosure"),
    ],
)
def test_link_that_leads_to_no_page_is_refused(facts: dict[str, str], field: str, team: Team) -> None:
    with pytest.raises(PublishingError) as caught:
        made(team, **facts)
    assert caught.value.field == field


@pytest.mark.spec("PUB-11")
@pytest.mark.django_db
def test_text_with_a_link_says_so_once_wherever_it_is_written(team: Team, bob: User) -> None:
    channel = ChannelFactory(team=team)
    link, other = made(team, disclosure="Ad."), made(team, disclosure="Contains ads.")
    short = links.short_address(link)
    assert short == f"{settings.PUBLIC_URL}/l/{link.code}"
    post = posts.create_post(
        team=team,
        actor=bob,
        connections=[channel],
        overrides={channel.pk: {"text": f"Here {short} and {links.short_address(other)}"}},
        text=f"My knife: {short}",
        first_comment=f"{short} (ad.)",
    )
    assert post.text == f"My knife: {short}\n\nAd."
    assert post.first_comment == f"{short} (ad.)"
    assert post.targets.get().overrides["text"].endswith("\n\nAd.\n\nContains ads.")
    edited = posts.edit_post(post, bob, text=post.text)
    assert edited.text == post.text
    assert posts.edit_post(post, bob, text="No link.").text == "No link."


@pytest.mark.django_db
def test_link_of_another_team_brings_no_disclosure(team: Team) -> None:
    text = f"See {links.short_address(made(TeamFactory(), disclosure='Theirs.'))}"
    assert links.disclosed(team, text) == text


@pytest.mark.spec("PUB-11")
@pytest.mark.django_db
def test_pages_make_and_change_links(team: Team, bob_client: Client, victor_client: Client) -> None:
    page = "/studio/morning-show/posts/links/"
    assert victor_client.get(page).status_code == 403
    assert bob_client.post(page, {"name": "K", "url": "nonsense", "disclosure": "Ad."}).status_code == 422
    assert bob_client.post(page, {"name": "Knife", "url": SHOP, "disclosure": "Ad."}).status_code == 302
    link = AffiliateLink.objects.in_team(team).get()
    links.count_click(link)
    assert link.code in bob_client.get(page).content.decode()
    mine = f"{page}{link.pk}/"
    assert "1 in all" in bob_client.get(mine).content.decode()
    bob_client.post(
        mine, {"name": "Knife", "url": "https://other.example.com/", "disclosure": "Ad.", "is_off": "on"}
    )
    link.refresh_from_db()
    assert (link.url, link.is_off) == ("https://other.example.com/", True)


@pytest.mark.spec("PUB-11")
@pytest.mark.django_db
def test_pools_are_kept_by_niche(team: Team, bob: User, bob_client: Client) -> None:
    page = "/studio/morning-show/posts/links/pools/new/"
    assert (
        bob_client.post(page, {"name": "Bread", "tags": "#sourdough, baking  #Baking crumb!"}).status_code
        == 422
    )
    assert bob_client.post(page, {"name": "Bread", "tags": "#sourdough, baking  #Baking"}).status_code == 302
    pool = HashtagPool.objects.in_team(team).get()
    assert (pool.name, pool.tags) == ("Bread", ["sourdough", "baking"])
    with pytest.raises(PublishingError, match="of this name already"):
        pools.save_pool(team=team, actor=bob, name="bread", tags=["x"])
    mine = f"/studio/morning-show/posts/links/pools/{pool.pk}/"
    assert "#sourdough #baking" in bob_client.get(mine).content.decode()
    bob_client.post(mine, {"name": "Bread", "tags": "rye"})
    pool.refresh_from_db()
    assert pool.tags == ["rye"]
    bob_client.post(f"{mine}delete/")
    assert not HashtagPool.objects.exists()
