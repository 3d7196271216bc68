"""A trace as a picture: columns from sources to products, boxes by organisation, lines between.

Pure arithmetic in pixels; the template draws it. Columns are distances from the item, so that what
came before stands left of it; within a column an organisation's items stand together.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from indexer.queries.trace import Trace, TraceEdge
from ledger.vocabulary import Id

WIDTH, HEIGHT = 216, 58
_COLUMN_GAP, _BOX_GAP, _GROUP_GAP = 64, 12, 22
_MARGIN, _LABEL, _PADDING = 8, 22, 8
_NAME_WIDTH, _TEXT_WIDTH = 23, 27
"""Latin characters that fit into a box; others count twice."""


@dataclass(frozen=True, slots=True)
class Box:
    """An item: top left corner, texts, and whether the ledger knows it."""

    item: Id
    x: int
    y: int
    name: str
    label: str
    recorded: bool
    start: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The items that one organisation made, in one column."""

    x: int
    y: int
    width: int
    height: int
    name: str


@dataclass(frozen=True, slots=True)
class Line:
    """``path`` is that of an SVG; ``fact`` is false where only a statement says so."""

    path: str
    fact: bool
    title: str


@dataclass(frozen=True, slots=True)
class Picture:
    """All of it, with its size."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    groups: tuple[Group, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Label:
    """What a box says: the product, the lot or serial, and the organisation it is grouped under."""

    name: str
    extension: str
    maker: str


def draw(
    start: Id, trace: Trace, labels: Mapping[Id, Label], titles: Mapping[TraceEdge, str]
) -> Picture:
    """The picture of a trace."""
    boxes: list[Box] = []
    groups: list[Group] = []
    for column, items in enumerate(_columns(trace, labels)):
        x = _MARGIN + _PADDING + column * (WIDTH + 2 * _PADDING + _COLUMN_GAP)
        _stack(x, start, items, trace, labels, boxes, groups)
    height = max((g.y + g.height for g in groups), default=0) + _MARGIN
    width = max((g.x + g.width for g in groups), default=0) + _MARGIN
    places = {box.item: box for box in boxes}
    lines = tuple(
        Line(_curve(places[e.source], places[e.target]), e.fact, titles.get(e, ""))
        for e in _once(trace.edges)
        if e.source in places and e.target in places
    )
    return Picture(width, height, tuple(boxes), tuple(groups), lines)


def _columns(trace: Trace, labels: Mapping[Id, Label]) -> list[list[Id]]:
    by_depth: dict[int, list[Id]] = defaultdict(list)
    for node in trace.nodes:
        by_depth[node.depth].append(node.item)
    columns: list[list[Id]] = []
    seen: dict[Id, float] = {}
    for depth in sorted(by_depth):
        items = _ordered(by_depth[depth], trace.edges, labels, seen)
        seen |= {item: float(place) for place, item in enumerate(items)}
        columns.append(items)
    return columns


def _ordered(
    items: Sequence[Id],
    edges: Sequence[TraceEdge],
    labels: Mapping[Id, Label],
    seen: Mapping[Id, float],
) -> list[Id]:
    """An organisation's items together, each near to what it was made of: lines cross less."""
    pull: dict[Id, list[float]] = defaultdict(list)
    for edge in edges:
        if edge.source in seen:
            pull[edge.target].append(seen[edge.source])
    near = {item: sum(pull[item]) / len(pull[item]) if pull[item] else 0.0 for item in items}
    heads: dict[str, float] = {}
    for item in sorted(items, key=lambda i: near[i]):
        heads.setdefault(labels[item].maker, near[item])
    return sorted(items, key=lambda i: (heads[labels[i].maker], labels[i].maker, near[i], bytes(i)))


def _stack(
    x: int,
    start: Id,
    items: Sequence[Id],
    trace: Trace,
    labels: Mapping[Id, Label],
    boxes: list[Box],
    groups: list[Group],
) -> None:
    recorded = {node.item for node in trace.nodes if node.recorded}
    y = _MARGIN
    for maker, members in groupby(items, key=lambda item: labels[item].maker):
        top = y
        y += _LABEL
        for item in members:
            said = labels[item]
            known, here = item in recorded, item == start
            boxes.append(
                Box(item, x, y, cut(said.name, _NAME_WIDTH), cut(said.extension), known, here)
            )
            y += HEIGHT + _BOX_GAP
        y += _PADDING - _BOX_GAP
        width = WIDTH + 2 * _PADDING
        groups.append(Group(x - _PADDING, top, width, y - top, cut(maker, _TEXT_WIDTH + 2)))
        y += _GROUP_GAP


def _once(edges: Sequence[TraceEdge]) -> list[TraceEdge]:
    """One line between two items, solid where any act stands behind it."""
    best: dict[tuple[Id, Id], TraceEdge] = {}
    for edge in sorted(edges, key=lambda e: not e.fact):
        best.setdefault((edge.source, edge.target), edge)
    return list(best.values())


def _curve(source: Box, target: Box) -> str:
    x1, y1 = source.x + WIDTH, source.y + HEIGHT // 2
    x2, y2 = target.x, target.y + HEIGHT // 2
    bend = max(30, abs(x2 - x1) // 2)
    return f"M{x1} {y1}C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}"


def cut(text: str, width: int = _TEXT_WIDTH) -> str:
    """A text that fits, with an ellipsis where something was left out."""
    taken, used = "", 0
    for character in text:
        used += 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if used > width:
            return taken[:-1].rstrip() + "…"
        taken += character
    return taken
