"""How far the mirror is and how much is in it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from ledger.vocabulary import Seconds


@dataclass(frozen=True, slots=True)
class MirrorStatus:
    """The mirror stands at ``block``; every event up to ``verified_block`` was checked against the
    contracts' journals.

    ``facts`` counts all events but StatementMade and OperationPerformed, ``statements`` distinct
    (organisation, statement), ``findings`` the open ones. ``head_block`` is the node's head when
    the mirror last looked.
    """

    block: int
    block_hash: bytes
    time: Seconds
    verified_block: int
    final_block: int
    head_block: int
    facts: int
    statements: int
    findings: int


def status(connection: Connection) -> MirrorStatus | None:
    """The status, or None before the first block was read."""
    raise NotImplementedError
