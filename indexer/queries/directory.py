"""Which contracts there are, as the directory on chain has them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from indexer import tables as t
from ledger.events import ContractEntered
from ledger.vocabulary import Address


@dataclass(frozen=True, slots=True)
class ContractView:
    """A contract under its name; ``predecessor`` is zero for the first."""

    name: str
    version: str
    place: Address
    predecessor: Address
    code_hash: bytes
    block: int


def contracts(connection: Connection) -> tuple[ContractView, ...]:
    """Every contract that was entered, in the order in which it was."""
    c = t.EVENTS[ContractEntered].c
    query = select(c.name, c.version, c.place, c.predecessor, c.code_hash, c.block)
    rows = connection.execute(query.order_by(c.block, c.log_index))
    return tuple(
        ContractView(
            bytes(row.name).rstrip(b"\0").decode("ascii", "replace"),
            f"{row.version >> 32}.{row.version >> 16 & 0xFFFF}.{row.version & 0xFFFF}",
            Address(bytes(row.place)),
            Address(bytes(row.predecessor)),
            bytes(row.code_hash),
            row.block,
        )
        for row in rows
    )
