"""What the ledger of quotas calls the calls of a publication."""

OTHER_WORDS = {"begin": "open"}


def operation_of(call: str, kind: str) -> str:
    """The name of a call for a kind of post: `publish.open:short`. What has no price of its own costs what
    `publish.open` does."""
    return f"publish.{OTHER_WORDS.get(call, call)}:{kind}"
