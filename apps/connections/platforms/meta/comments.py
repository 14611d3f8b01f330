"""A first comment, made once: what is there is looked through before."""

from apps.connections.platforms.meta.graph import Graph, rows


def comment_once(graph: Graph, object_id: str, text: str, name: str = "text") -> None:
    """Comment on a post unless the same words stand there. `name` is the field that holds the words."""
    found = rows(graph.get(f"{object_id}/comments", fields=f"id,{name}", limit=50))
    if not any(row.get(name) == text for row in found):
        graph.post(f"{object_id}/comments", message=text)
