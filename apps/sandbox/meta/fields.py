"""`fields=id,name,owner{id,username}`: what is asked of a node, and only that."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from apps.sandbox.meta.habits import invalid

Wanted = dict[str, "Wanted"]
SIGN = re.compile(r"[\w]+|[{},]|\.\w+\([^)]*\)")
Node = Mapping[str, Any]


class Inner(dict[str, Any]):
    """A node within a node: where no fields of it are named, only its id is told."""


def parse(text: str) -> Wanted:
    """The names that are asked for, each with those inside it. Modifiers such as `.limit(5)` are passed over."""
    stack: list[Wanted] = [{}]
    last = ""
    for sign in SIGN.findall(text):
        if sign == "{":
            stack.append(stack[-1].setdefault(last, {}))
        elif sign == "}":
            if len(stack) == 1:
                raise invalid("Syntax error in fields.")
            stack.pop()
        elif sign != "," and not sign.startswith("."):
            last = sign
            stack[-1][sign] = {}
    if len(stack) != 1:
        raise invalid("Syntax error in fields.")
    return stack[0]


def project(node: Node, wanted: Wanted, kind: str) -> dict[str, Any]:
    """The named fields of a node, `id` always. Values may be functions, called only where they are asked for; None
    is left out, as Graph leaves out what a node does not have."""
    unknown = [name for name in wanted if name not in node]
    if unknown:
        raise invalid(f"Tried accessing nonexisting field ({unknown[0]}) on node type ({kind})")
    found: dict[str, Any] = {}
    for name in [*wanted, *(() if "id" in wanted or "id" not in node else ("id",))]:
        value = _value(node[name])
        if value is not None:
            found[name] = _inside(value, wanted.get(name, {}), name)
    return found


def _value(value: Any) -> Any:
    return value() if isinstance(value, Callable) else value  # type: ignore[arg-type]


def _inside(value: Any, wanted: Wanted, kind: str) -> Any:
    """Nodes within nodes, one or a list of them under `data`."""
    if isinstance(value, Inner) and not wanted:
        return {"id": value["id"]}
    if isinstance(value, dict) and isinstance(value.get("data"), list):
        return {**value, "data": [_inside(one, wanted, kind) for one in value["data"]]}
    if isinstance(value, dict) and isinstance(value.get("data"), dict) and wanted:
        return {"data": project(value["data"], wanted, kind)}
    if isinstance(value, dict) and wanted:
        return project(value, wanted, kind)
    return {name: _value(one) for name, one in value.items()} if isinstance(value, dict) else value
