"""Where an item came from and what became of it: the graph of transformations.

Edges come from facts, and from statements about inputs and outputs, which may say anything: they
may lead in circles, and to items that the ledger never knew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product as pairs
from typing import Any, Literal

from sqlalchemy import Connection, Row, Table, and_, select, tuple_

from indexer import tables as t
from indexer.queries.custody import Move, custody
from ledger.events import ItemConsumed, ItemProduced, StatementMade
from ledger.vocabulary import DocumentHash, Id, Kind, OrgId, Part

__all__ = ["Direction", "Move", "Trace", "TraceEdge", "TraceNode", "custody", "trace"]

Direction = Literal["up", "down", "both"]
MOST_KEYS = 400
MOST_EDGES = 50_000
"""A statement may name thousands of inputs and outputs: each input leads to each output."""


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


def trace(
    connection: Connection, item: Id, direction: Direction = "both", max_nodes: int = 1000
) -> Trace:
    """The items that an item was made of (up) and those made of it (down), nearest first.

    At most ``max_nodes``, the item itself included.
    """
    depths: dict[Id, int] = {item: 0}
    found: dict[_Name, TraceEdge] = {}
    truncated = False
    for sign in {"up": (-1,), "down": (1,), "both": (-1, 1)}[direction]:
        frontier = [item]
        walked = {item}
        depth = 0
        while frontier:
            depth += sign
            following: set[Id] = set()
            for edge in _edges(connection, frontier, sign):
                if len(found) >= MOST_EDGES:
                    truncated = True
                    break
                found.setdefault(_name(edge), edge)
                following.add(edge.target if sign > 0 else edge.source)
            frontier = sorted(following - walked)
            room = max_nodes - len(depths)
            new = [each for each in frontier if each not in depths]
            truncated = truncated or len(new) > room
            dropped = set(new[max(room, 0) :])
            frontier = [each for each in frontier if each not in dropped]
            walked.update(frontier)
            for each in frontier:
                depths[each] = min(depths.get(each, depth), depth, key=abs)
    edges = [e for e in found.values() if e.source in depths and e.target in depths]
    return Trace(
        _nodes(connection, depths),
        tuple(sorted(edges, key=lambda e: (e.block, e.log_index, e.target, e.fact))),
        truncated,
    )


def _nodes(connection: Connection, depths: dict[Id, int]) -> tuple[TraceNode, ...]:
    recorded = set()
    for some in _chunks(list(depths)):
        query = select(t.item.c.item).where(t.item.c.item.in_(some))
        recorded |= {row.item for row in connection.execute(query)}
    ordered = sorted(depths.items(), key=lambda each: (each[1], each[0]))
    return tuple(TraceNode(i, depth, _kind(i), i in recorded) for i, depth in ordered)


def _kind(item: Id) -> Literal["lot", "unit", "other"]:
    kinds: dict[int, Literal["lot", "unit"]] = {Kind.LOT: "lot", Kind.UNIT: "unit"}
    return kinds.get(item[0], "other")


# --- edges ---

_Name = tuple[object, ...]


def _name(edge: TraceEdge) -> _Name:
    return edge.source, edge.target, edge.transformation, edge.org, edge.statement


def _edges(connection: Connection, items: Sequence[Id], sign: int) -> Iterator[TraceEdge]:
    """The edges from items (down, 1) or to them (up, -1): facts first."""
    told = list(_told(connection, items, sign))
    facts = list(_facts(connection, items, sign, told))
    yield from facts
    known = {(edge.source, edge.target, edge.org, edge.statement) for edge in facts}
    for edge, _ in told:
        if (edge.source, edge.target, edge.org, edge.statement) not in known:
            yield edge


_Place = tuple[int, int]


def _facts(
    connection: Connection,
    items: Sequence[Id],
    sign: int,
    told: Sequence[tuple[TraceEdge, frozenset[_Place]]],
) -> Iterator[TraceEdge]:
    """Transformations that the contract accepted, with the statement of the same operation."""
    statements = {
        (operation, edge.source, edge.target): edge.statement
        for edge, operations in told
        for operation in operations
    }
    named = t.EVENTS[ItemConsumed if sign > 0 else ItemProduced]
    runs: set[tuple[int, int]] = set()
    for row in _naming(connection, named, items):
        runs.add((row.block, row.transformation))
    wanted = set(items)
    consumed = _of_runs(connection, t.EVENTS[ItemConsumed], runs)
    produced = _of_runs(connection, t.EVENTS[ItemProduced], runs)
    for run in sorted(runs):
        for one, other in pairs(consumed.get(run, ()), produced.get(run, ())):
            if (one.item if sign > 0 else other.item) not in wanted:
                continue
            operation = (one.block, one.performed)
            yield TraceEdge(
                source=Id(one.item),
                target=Id(other.item),
                kind="transformation",
                transformation=one.transformation,
                amount_in=one.amount,
                amount_out=other.amount,
                org=OrgId(one.org),
                statement=statements.get((operation, Id(one.item), Id(other.item))),
                fact=True,
                block=one.block,
                log_index=one.log_index,
            )


def _told(
    connection: Connection, items: Sequence[Id], sign: int
) -> Iterator[tuple[TraceEdge, frozenset[_Place]]]:
    """What statements say was made of what, each with the operations in which it was said."""
    s = t.EVENTS[StatementMade]
    part = Part.INPUT if sign > 0 else Part.OUTPUT
    told = {(row.org, row.statement) for row in _naming(connection, s, items) if row.part == part}
    lines: dict[tuple[int, bytes], list[Row[Any]]] = {}
    for some in _chunks(sorted(told)):
        query = select(s).where(
            tuple_(s.c.org, s.c.statement).in_(some), s.c.part.in_((Part.INPUT, Part.OUTPUT))
        )
        for row in connection.execute(query.order_by(s.c.block, s.c.log_index)):
            lines.setdefault((row.org, row.statement), []).append(row)
    wanted = set(items)
    for of_one in lines.values():
        operations = frozenset((row.block, row.performed) for row in of_one)
        inputs = _first(row for row in of_one if row.part == Part.INPUT)
        outputs = _first(row for row in of_one if row.part == Part.OUTPUT)
        for one, other in pairs(inputs, outputs):
            if (one.subject if sign > 0 else other.subject) in wanted:
                yield _said(one, other), operations


def _said(one: Row[Any], other: Row[Any]) -> TraceEdge:
    return TraceEdge(
        source=Id(one.subject),
        target=Id(other.subject),
        kind="transformation",
        transformation=None,
        amount_in=one.amount,
        amount_out=other.amount,
        org=OrgId(one.org),
        statement=DocumentHash(one.statement),
        fact=False,
        block=one.block,
        log_index=one.log_index,
    )


def _first(rows: Iterable[Row[Any]]) -> list[Row[Any]]:
    """A statement that is said again has its lines again."""
    found: dict[bytes, Row[Any]] = {}
    for row in rows:
        found.setdefault(row.subject, row)
    return list(found.values())


def _naming(connection: Connection, table: Table, items: Sequence[Id]) -> Iterator[Row[Any]]:
    """The rows of an event that name one of some items."""
    m = t.mention.c
    number = next(t.NUMBERS[event] for event, each in t.EVENTS.items() if each is table)
    for some in _chunks(items):
        query = (
            select(table)
            .join(t.mention, and_(m.block == table.c.block, m.log_index == table.c.log_index))
            .where(m.subject.in_(some), m.event == number)
        )
        yield from connection.execute(query)


def _of_runs(
    connection: Connection, table: Table, runs: Iterable[tuple[int, int]]
) -> dict[tuple[int, int], list[Row[Any]]]:
    """The rows of some transformations, by (block, transformation)."""
    found: dict[tuple[int, int], list[Row[Any]]] = {}
    for some in _chunks(sorted(runs)):
        query = select(table).where(tuple_(table.c.block, table.c.transformation).in_(some))
        for row in connection.execute(query.order_by(table.c.block, table.c.log_index)):
            found.setdefault((row.block, row.transformation), []).append(row)
    return found


def _chunks(keys: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (keys[i : i + MOST_KEYS] for i in range(0, len(keys), MOST_KEYS))
