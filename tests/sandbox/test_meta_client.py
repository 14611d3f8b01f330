"""Meta's own client walks the stand-in; its lists of fields are what the stand-in's nodes are held against."""

from typing import Any

import pytest
from facebook_business.adobjects.advideo import AdVideo
from facebook_business.adobjects.comment import Comment
from facebook_business.adobjects.contentpublishinglimitresponse import ContentPublishingLimitResponse
from facebook_business.adobjects.igmedia import IGMedia
from facebook_business.adobjects.iguser import IGUser
from facebook_business.adobjects.page import Page
from facebook_business.adobjects.user import User
from facebook_business.api import FacebookAdsApi
from facebook_business.exceptions import FacebookRequestError
from facebook_business.session import FacebookSession

from apps.sandbox.meta import comments, instagram, pages, people
from tests.sandbox.clients import mp4
from tests.sandbox.live import Sandbox
from tests.sandbox.test_meta import Graph, container, reel

pytestmark = pytest.mark.spec("SBX-01", "SBX-03")


@pytest.fixture
def graph(sandbox: Sandbox) -> Graph:
    return Graph(sandbox)


def client(sandbox: Sandbox, token: str) -> FacebookAdsApi:
    """Only the address is another; the proof of the secret is sent and checked."""
    session = FacebookSession("sandbox-facebook", "sandbox-secret", token)
    session.GRAPH = f"{sandbox.url}/meta/graph"
    return FacebookAdsApi(session, api_version="v26.0")


def test_meta_s_client_reads_person_page_and_instagram(sandbox: Sandbox, graph: Graph) -> None:
    api = client(sandbox, graph.user_token)
    found = User("me", api=api).get_accounts(
        fields=["id", "name", "access_token", "instagram_business_account"]
    )
    gram = IGUser(found[0]["instagram_business_account"]["id"], api=api).api_get(
        fields=["id", "username", "followers_count", "media_count"]
    )
    assert [one["id"] for one in found] == [graph.page.external_id]
    assert (gram["username"], gram["media_count"]) == (graph.gram.handle, 0)
    assert Page(graph.page.external_id, api=api).api_get(fields=["name"])["name"] == "Mara"


def test_meta_s_client_publishes_a_reel_on_instagram(sandbox: Sandbox, graph: Graph) -> None:
    api = client(sandbox, graph.token)
    gram = IGUser(graph.gram.external_id, api=api)
    made = gram.create_media(params={"media_type": "REELS", "upload_type": "resumable", "caption": "Bread"})
    uri = api.call("POST", (graph.gram.external_id, "media"), params={
        "media_type": "REELS", "upload_type": "resumable", "caption": "Bread"}).json()["uri"]  # fmt: skip
    graph.bytes(uri, mp4(), 0, len(mp4()))
    media = gram.create_media_publish(params={"creation_id": uri.rsplit("/", 1)[-1]})
    read = IGMedia(media["id"], api=api).api_get(fields=["permalink", "media_product_type", "caption"])
    limit = gram.get_content_publishing_limit(fields=["quota_usage", "config"])
    comment = IGMedia(media["id"], api=api).create_comment(params={"message": "First"})
    assert made["id"].isdigit()
    assert (read["media_product_type"], read["caption"]) == ("REELS", "Bread")
    assert limit[0]["quota_usage"] == 1
    assert [one["id"] for one in gram.get_media(fields=["id"])] == [media["id"]]
    assert comment["id"].isdigit()


def test_meta_s_client_publishes_on_a_page(sandbox: Sandbox, graph: Graph) -> None:
    api = client(sandbox, graph.token)
    page = Page(graph.page.external_id, api=api)
    video_id, _ = reel(graph, mp4())
    video = AdVideo(video_id, api=api)
    video.api_update(params={"title": "Better", "description": "Words"})
    read = video.api_get(fields=["title", "description", "permalink_url", "length", "status"])
    listed = page.get_video_reels(fields=["id", "description"])
    assert (read["title"], read["description"], read["length"]) == ("Better", "Words", 12.0)
    assert read["status"]["video_status"] == "ready"
    assert [one["id"] for one in listed] == [video_id]
    video.api_delete()
    with pytest.raises(FacebookRequestError) as gone:
        video.api_get(fields=["title"])
    assert (gone.value.api_error_code(), gone.value.api_error_subcode()) == (100, 33)


def test_meta_s_client_understands_refusals(sandbox: Sandbox, graph: Graph) -> None:
    api = client(sandbox, graph.token)
    page = Page(graph.page.external_id, api=api)
    seen = []
    for kind in ("rate_limited", "unavailable", "token_expired"):
        sandbox.fail("meta", kind, times=1)
        with pytest.raises(FacebookRequestError) as refused:
            page.api_get(fields=["name"])
        seen.append((refused.value.api_error_code(), refused.value.api_transient_error()))
    assert seen == [(4, True), (2, True), (190, False)]


def names(fields: Any) -> set[str]:
    """What the client's generated list of an object's fields holds."""
    return {
        value for name, value in vars(fields).items() if not name.startswith("_") and isinstance(value, str)
    }


def test_nodes_have_only_fields_that_meta_s_client_knows(sandbox: Sandbox, graph: Graph) -> None:
    made = container(graph).json()
    graph.bytes(made["uri"], mp4(), 0, len(mp4()))
    reel(graph, mp4())
    media, video = sandbox.videos(graph.gram)[0], sandbox.videos(graph.page)[0]
    said = graph("POST", f"{video.external_id}/comments", message="First").json()["id"]
    comment = video.comments.get(external_id=said)
    limit = graph(
        "GET", f"{graph.gram.external_id}/content_publishing_limit", fields="quota_usage,config"
    ).json()
    unknown = {
        "user": set(people.person(graph.person)) - names(User.Field),
        "page": set(people.page(graph.page, graph.person.grants.all()[0])) - names(Page.Field),
        "instagram": set(people.instagram(graph.gram)) - names(IGUser.Field),
        "media": set(instagram.media(media)) - names(IGMedia.Field),
        "video": set(pages.video(video)) - names(AdVideo.Field),
        "comment": set(comments.node(comment)[1]) - names(Comment.Field),
        "limit": set(limit["data"][0]) - names(ContentPublishingLimitResponse.Field),
    }
    assert unknown == {
        "user": {"picture"},  # an edge
        "page": {"picture", "tasks"},  # an edge; and of /me/accounts, whose fields the client does not list
        "instagram": set(),
        "media": set(),
        "video": set(),
        "comment": {"comments"},  # an edge
        "limit": set(),
    }
