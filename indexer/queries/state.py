"""The ledger's state as the mirror knows it, for planning and for the rules in Python."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection

from indexer.state import SHAPES, load_many, sql_state
from ledger.history import State


def mirror_state(connection: Connection) -> State:
    """A state that loads rows on demand; valid as long as the connection's transaction."""
    return sql_state(connection)


def load_ahead(connection: Connection, state: State, table: str, keys: Iterable[Any]) -> None:
    """Loads entries that will be asked for into a state above `mirror_state`, all in a few
    questions. What was put there since stays.
    """
    wanted = list(dict.fromkeys(keys))
    found = dict(load_many(connection, SHAPES[table], wanted))
    getattr(state, table).preload((key, found.get(key)) for key in wanted)
