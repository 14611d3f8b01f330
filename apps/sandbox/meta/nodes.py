"""GET, POST and DELETE of a node by its id: Graph finds out itself what it is."""

from collections.abc import Callable
from typing import Any

from apps.sandbox.meta import comments, instagram, pages, people, resumable
from apps.sandbox.meta.fields import Node, parse, project
from apps.sandbox.meta.habits import PLATFORM, invalid, missing
from apps.sandbox.models import Account, Comment, Upload, Video
from apps.sandbox.standin import Answer, Call

Found = Account | Upload | Video | Comment
DEFAULTS = {"User": "id,name", "Page": "id,name", "IGUser": "id", "IGMedia": "id", "IGContainer": "id",
            "Video": "id,created_time,description", "Comment": "id,created_time,message",
            "IGComment": "id,timestamp,text"}  # fmt: skip


def find(call: Call, node_id: str) -> Found:
    """What the id names, if the token reaches it."""
    reached = people.reached(call)
    if node_id == "me":
        return call.account
    for one in reached:
        if one.external_id == node_id:
            return one
    upload = Upload.objects.select_related("account").filter(key=node_id, account__in=reached).first()
    video = (
        Video.objects.select_related("account", "upload").filter(external_id=node_id, deleted_at=None).first()
    )
    comment = Comment.objects.select_related("video__account").filter(external_id=node_id).first()
    if video is not None and video.account in reached:
        return video
    if comment is not None and comment.video.account in reached:
        return comment
    if upload is not None and not (upload.kind == pages.REEL and hasattr(upload, "video")):
        return upload
    raise missing(node_id)


def node(call: Call, found: Found) -> tuple[str, Node]:
    """Its type and all its fields."""
    if isinstance(found, Account):
        return _account(call, found)
    if isinstance(found, Comment):
        return comments.node(found)
    if isinstance(found, Video):
        is_gram = found.account.kind == people.INSTAGRAM
        return ("IGMedia", instagram.media(found)) if is_gram else ("Video", pages.video(found))
    if found.kind == instagram.CONTAINER:
        return "IGContainer", instagram.container(found)
    return "Video", pages.unfinished(found)


def _account(call: Call, one: Account) -> tuple[str, Node]:
    if one.kind == people.PERSON:
        return "User", people.person(one)
    if one.kind == people.PAGE:
        return "Page", people.page(one, call.grant)
    return "IGUser", people.instagram(one)


def get(call: Call) -> Answer:
    node_id = call.args.get("id", "me")
    if node_id.startswith("upload:"):
        return resumable.offset(call)
    kind, whole = node(call, find(call, node_id))
    return Answer(project(whole, parse(call.params.get("fields") or DEFAULTS[kind]), kind))


def post(call: Call) -> Answer:
    """Bytes of a resumable upload, or a change of a node."""
    if call.args["id"].startswith("upload:"):
        return resumable.receive(call)
    found = find(call, call.args["id"])
    if isinstance(found, Comment):
        return comments.change(call, found)
    if isinstance(found, Video):
        changes: Callable[..., Answer] = (
            instagram.change if found.account.kind == people.INSTAGRAM else pages.change
        )
        return changes(call, found)
    raise invalid("Unsupported post request.")


def delete(call: Call) -> Answer:
    found = find(call, call.args["id"])
    if isinstance(found, Comment):
        return comments.delete(call, found)
    if isinstance(found, Video):
        return pages.delete(found)
    raise invalid("Unsupported delete request.")


def edge(call: Call, rows: list[tuple[str, Node]], default: str) -> Answer:
    """A list of nodes, cut by `limit` and `after`."""
    wanted = parse(call.params.get("fields") or default)
    limit = min(int(call.params.get("limit") or 25), 100)
    start = int(call.params.get("after") or 0)
    page = rows[start : start + limit]
    body: dict[str, Any] = {"data": [project(whole, wanted, kind) for kind, whole in page]}
    if page:
        body["paging"] = {"cursors": {"before": str(start), "after": str(start + len(page))}}
    return Answer(body)


def accounts_of(call: Call) -> Answer:
    """GET /me/accounts: a person's pages."""
    rows = [("Page", people.page(one, call.grant)) for one in call.account.children.filter(kind=people.PAGE)]
    return edge(call, rows, "access_token,category,name,id,tasks")


def account_of(call: Call, *kinds: str) -> Account:
    """The account that the address names, which must be of one of these kinds."""
    found = find(call, call.args["id"])
    if not isinstance(found, Account) or found.kind not in kinds or found.platform != PLATFORM:
        raise missing(call.args["id"])
    return found
