"""Where an item came from and what became of it: the graph of transformations, and the path of
custody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection

from ledger.vocabulary import DocumentHash, Id, OrgId, Seconds

Direction = Literal["up", "down", "both"]
MoveKind = Literal[
    "commissioned", "produced", "consumed", "shipped", "received", "rejected", "taken_back",
    "packed", "unpacked", "disposed", "sold",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class TraceNode:
    """An item in the graph. ``depth`` is its shortest distance from the start: negative up,
    positive down.

    ``recorded``: the ledger knows it as an item; otherwise only statements name it.
    """

    item: Id
    depth: int
    kind: Literal["lot", "unit", "other"]
    recorded: bool


@dataclass(frozen=True, slots=True)
class TraceEdge:
    """``target`` was made of ``source``: ``amount_in`` of the one went in, ``amount_out`` of the
    other came out.

    ``fact``: the contract accepted it; otherwise only the statement says so. ``transformation`` is
    None for the latter, ``statement`` None for a fact without one. Block and log index are those of
    the input's event.
    """

    source: Id
    target: Id
    kind: Literal["transformation"]
    transformation: int | None
    amount_in: int
    amount_out: int
    org: OrgId
    statement: DocumentHash | None
    fact: bool
    block: int
    log_index: int


@dataclass(frozen=True, slots=True)
class Trace:
    """A part of the graph. Nodes by (depth, item), edges in chain order; ``truncated``: there is
    more.
    """

    nodes: tuple[TraceNode, ...]
    edges: tuple[TraceEdge, ...]
    truncated: bool


@dataclass(frozen=True, slots=True)
class Move:
    """An amount changed hands or place. ``source`` and ``target`` are None where there is none:
    made, consumed.

    A shipped amount has its receiver as ``target`` though it does not hold it yet. ``via`` is the
    item or logistic unit that the event names: a logistic unit where the item travelled inside it.
    """

    kind: MoveKind
    source: OrgId | None
    target: OrgId | None
    amount: int
    shipment: Id | None
    logistic_unit: Id | None
    via: Id
    block: int
    log_index: int
    time: Seconds


def trace(
    connection: Connection, item: Id, direction: Direction = "both", max_nodes: int = 1000
) -> Trace:
    """The items that an item was made of (up) and those made of it (down), nearest first, at most
    ``max_nodes``.
    """
    raise NotImplementedError


def custody(connection: Connection, item: Id) -> tuple[Move, ...]:
    """Who held an item when, also inside logistic units, in chain order."""
    raise NotImplementedError
