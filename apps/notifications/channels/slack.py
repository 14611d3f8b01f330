"""Slack incoming webhooks (docs.slack.dev, "Sending messages using incoming webhooks")."""

from urllib.parse import urlsplit

from django.conf import settings

from apps.core.http import Client, OutsideError, Response
from apps.notifications.channels.content import Content
from apps.notifications.channels.errors import ContactGone

LIMIT = 3000  # characters of a section's text
GONE = {
    403: "Slack refuses this webhook: it was switched off there. Connect a new one.",
    404: "Slack no longer knows this webhook: it was removed there. Connect a new one.",
    410: "The Slack channel of this webhook was archived. Connect another one.",
}


def is_hook(address: str) -> bool:
    """Whether it is the address of an incoming webhook: nothing else is ever called as one."""
    parts = urlsplit(address)
    return address.startswith(settings.SLACK_HOOKS) and len(parts.path.strip("/").split("/")) == 4


def send(address: str, content: Content) -> str:
    """Post to the webhook's channel. Raises ContactGone where it was revoked."""
    hook = urlsplit(address)
    with Client(
        f"{hook.scheme}://{hook.netloc}",
        service="Slack",
        timeout_s=15,
        secrets=[address, hook.path],
        classify=_classify,
    ) as client:
        client.post(hook.path, json=_message(content))
    return ""


def _message(content: Content) -> dict[str, object]:
    """`text` is what notifications of Slack itself show; the block is what stands in the channel."""
    words = [
        f"*{_escaped(content.title)}*",
        _escaped(content.body),
        *(f"• {_escaped(line)}" for line in content.lines),
    ]
    if content.url:
        words.append(f"<{content.url}|Showrunner>")
    text = "\n".join(word for word in words if word)[:LIMIT]
    return {
        "text": content.title,
        "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": text}}],
        "unfurl_links": False,
    }


def _escaped(text: str) -> str:
    """Slack's three control characters, so that nobody's title can mention a whole channel."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _classify(response: Response) -> OutsideError | None:
    sentence = GONE.get(response.status)
    if sentence is None:
        return None
    return ContactGone(sentence, status=response.status, detail=response.text[:100])
