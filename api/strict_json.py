"""JSON as requests bring it: read exactly, and refused where readers could disagree about it.

Numbers with a fraction become `Decimal`, never floats. Refused are repeated keys, NaN and infinity,
numbers of absurd length, nesting without end, NUL characters and halves of surrogate pairs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from ledger.errors import RequestMalformed

_DEEPEST = 32
_LONGEST_NUMBER = 64


def parse(data: bytes) -> Any:
    """The value that a request's body says.

    Raises:
        RequestMalformed: no JSON, or JSON of a kind that is refused; ``line`` where it is known.
    """
    try:
        value = json.loads(
            data.decode("utf-8"),
            parse_float=_decimal,
            parse_int=_integer,
            parse_constant=_constant,
            object_pairs_hook=_object,
        )
    except UnicodeDecodeError as error:
        raise RequestMalformed("the body is not UTF-8") from error
    except json.JSONDecodeError as error:
        raise RequestMalformed(
            f"the body is no JSON: {error.msg} in column {error.colno}", line=error.lineno
        ) from error
    except RecursionError as error:
        raise RequestMalformed("the body nests too deep") from error
    for text in _texts(value, 0):
        _require_storable(text)
    return value


def _decimal(text: str) -> Decimal:
    _require_short(text)
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise RequestMalformed("the body has a number that is out of range") from error


def _integer(text: str) -> int:
    _require_short(text)
    return int(text)


def _require_short(text: str) -> None:
    if len(text) > _LONGEST_NUMBER:
        raise RequestMalformed(f"the body has a number of more than {_LONGEST_NUMBER} characters")


def _constant(text: str) -> NoReturn:
    raise RequestMalformed(f"{text} is no number")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise RequestMalformed(f"the body says {twice!r} twice", field=twice)
    return members


def _texts(value: Any, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        raise RequestMalformed("the body nests too deep")
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item, depth + 1)
    elif isinstance(value, dict):
        for name, item in value.items():
            yield name
            yield from _texts(item, depth + 1)


def _require_storable(text: str) -> None:
    if "\0" in text:
        raise RequestMalformed("the body has a NUL character in a text")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise RequestMalformed("the body has half a surrogate pair in a text") from error
