"""Frozen dataclasses to plain JSON and back, so that a request or an answer can lie in a database row or a
job's arguments."""

import dataclasses
import types
import typing
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")


def encode(value: Any) -> Any:
    """Plain JSON for `value`: dataclasses become objects, tuples lists, paths and decimals strings, enums
    their value."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: encode(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (Path, Decimal)):
        return str(value)
    if isinstance(value, (list, tuple)):
        return [encode(item) for item in value]
    if isinstance(value, dict):
        return {str(key): encode(item) for key, item in value.items()}
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    raise TypeError(f"{type(value).__name__} has no JSON form.")


def decode(kind: type[T], data: Any) -> T:
    """Build `kind` from what `encode` made of it.

    Unknown keys are ignored and missing ones take the field's default, so rows written by an older version
    still load. Raises TypeError or ValueError where the data cannot be of that kind.
    """
    return typing.cast(T, _decode(kind, data))


def _decode(kind: Any, data: Any) -> Any:
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        return _decode_union(typing.get_args(kind), data)
    if origin is tuple:
        return tuple(_decode(typing.get_args(kind)[0], item) for item in data)
    if origin is dict:
        return dict(data)
    if kind is Any or origin is typing.Literal:
        return data
    if dataclasses.is_dataclass(kind):
        return _decode_dataclass(kind, data)
    if kind is float:
        return float(data)
    if isinstance(kind, type) and issubclass(kind, (Enum, Path, Decimal)):
        return kind(data)
    if not isinstance(data, kind):
        raise TypeError(f"Expected {kind.__name__}, got {type(data).__name__}.")
    return data


def _decode_union(kinds: tuple[Any, ...], data: Any) -> Any:
    if data is None and type(None) in kinds:
        return None
    return _decode(next(kind for kind in kinds if kind is not type(None)), data)


def _decode_dataclass(kind: Any, data: Any) -> Any:
    if not isinstance(data, dict):
        raise TypeError(f"Expected an object for {kind.__name__}, got {type(data).__name__}.")
    hints = typing.get_type_hints(kind)
    known = {f.name for f in dataclasses.fields(kind)}
    return kind(**{name: _decode(hints[name], item) for name, item in data.items() if name in known})
