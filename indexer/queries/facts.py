"""The events of the chain, where they stand: the story of an item, and what an operation did."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from ledger.events import Event
from ledger.vocabulary import Address, Id, OrgId, Seconds


@dataclass(frozen=True, slots=True)
class Entry:
    """An event of the catalogue with its place in the chain and who brought it about.

    ``operation`` and ``key`` are None for events outside any operation (the registry's); ``org`` is
    0 where nobody is named. ``final``: it lies at or below the block that counts as final.
    """

    event: Event
    block: int
    log_index: int
    tx: bytes
    time: Seconds
    operation: int | None
    org: OrgId
    key: Address | None
    final: bool


def story(connection: Connection, subject: Id) -> tuple[Entry, ...]:
    """Every event that names a subject, or a logistic unit while the subject was inside, in chain
    order.
    """
    raise NotImplementedError


def facts_of_operation(connection: Connection, org: OrgId, operation: int) -> tuple[Entry, ...]:
    """What an operation did, statements included, in order; empty where there was none."""
    raise NotImplementedError
