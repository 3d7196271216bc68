"""Hypothesis strategies for every command and event, from the Solidity types they declare."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from ledger.commands import COMMANDS, Command
from ledger.events import CATALOGUE, Event, Solidity


def commands(contract: str) -> st.SearchStrategy[Command]:
    return st.one_of([_instances(cls) for cls in COMMANDS if cls.contract == contract])


def events() -> st.SearchStrategy[Event]:
    return st.one_of([_instances(cls) for cls in CATALOGUE])


def _instances(cls: type) -> st.SearchStrategy[Any]:
    hints = get_type_hints(cls, include_extras=True)
    return st.builds(cls, **{each.name: _values(hints[each.name]) for each in fields(cls)})


def _values(hint: Any) -> st.SearchStrategy[Any]:
    if get_origin(hint) is tuple:
        return st.lists(_values(get_args(hint)[0]), max_size=3).map(tuple)
    if is_dataclass(hint):
        return _instances(hint)
    assert get_origin(hint) is Annotated
    return scalar(next(each for each in get_args(hint) if isinstance(each, Solidity)))


def scalar(solidity: Solidity) -> st.SearchStrategy[Any]:
    kind = solidity.type
    if kind == "bool":
        return st.booleans()
    if kind == "address":
        return st.binary(min_size=20, max_size=20)
    if kind == "bytes":
        return st.binary(max_size=200)
    if kind.startswith("bytes"):
        return st.binary(min_size=int(kind[5:]), max_size=int(kind[5:]))
    return st.integers(0, 2 ** int(kind[4:]) - 1)
