"""Posts that a platform refused by one of its rules: whether a strike came with it, a person is asked (CON-03)."""

from apps.connections.services import strikes
from apps.publishing.models import Target


def suspect(target: Target, word: str, sentence: str) -> None:
    """Suggest a strike against the target's channel, where `word` is the platform's own for a broken rule."""
    strikes.suggest_strike(
        connection=target.connection,
        reason=word,
        about=f"“{target.post}” · {sentence}",
        post_ref=target.post_id,
    )
