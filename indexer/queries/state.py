"""The ledger's state as the mirror knows it, for planning and for the rules in Python."""

from __future__ import annotations

from sqlalchemy import Connection

from indexer.state import sql_state
from ledger.history import State


def mirror_state(connection: Connection) -> State:
    """A state that loads rows on demand; valid as long as the connection's transaction."""
    return sql_state(connection)
