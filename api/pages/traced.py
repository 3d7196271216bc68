"""The page of a trace: where an item came from and went, as a picture and in words."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.dependencies import View, Viewed, link_in_path
from api.known_units import tracked
from api.linkset import path_of_link
from api.pages.graph import HEIGHT, WIDTH, Label, draw
from api.rendering import page
from api.units import amount_in_words
from indexer.queries.custody import Move, custody
from indexer.queries.lots import item
from indexer.queries.trace import Trace, TraceEdge, trace
from ledger.errors import DigitalLinkInvalid, KeyInvalid, NotFound
from ledger.gs1 import path_of
from ledger.vocabulary import Id, Kind, key_of, text_of

routes = APIRouter(include_in_schema=False)

_NODES = 150
"""More make no picture; the JSON has them all."""


@routes.get("/trace/{rest:path}")
def show(request: Request, view: Viewed, rest: str) -> Response:
    """The trace of a lot or unit."""
    del rest  # decoded; the path itself is read as it was sent
    link = link_in_path(request, "/trace")
    if link.key is None or link.key.kind not in (Kind.LOT, Kind.UNIT):
        raise DigitalLinkInvalid("only lots and units have a trace", field="link")
    key = tracked(view, link.key)
    found = trace(view.mirror, key.id, "both", _NODES)
    if not found.edges and not any(node.recorded for node in found.nodes):
        raise NotFound(f"nothing is known of {link.key}")
    labels = {node.item: _label(node.item, view) for node in found.nodes}
    titles = {edge: _title(edge, view) for edge in found.edges}
    return page(
        request,
        "trace.html",
        title=view.names.thing_title(key.id),
        path=path_of_link(link),
        picture=draw(key.id, found, labels, titles),
        box=(WIDTH, HEIGHT),
        paths={node.item: _path(node.item) for node in found.nodes},
        rows=_rows(key.id, found, labels, view),
        moves=[_move(move, view) for move in custody(view.mirror, key.id)],
        truncated=found.truncated,
    )


def _label(packed: Id, view: View) -> Label:
    known = item(view.mirror, packed)
    maker = (
        view.names.party(known.maker).name.text if known else view.language.text("not on record")
    )
    try:
        extension = key_of(packed).extension
    except KeyInvalid:
        extension = text_of(packed)
    return Label(view.names.product_name(packed).text, extension, maker)


def _path(packed: Id) -> str:
    try:
        return path_of(key_of(packed))
    except KeyInvalid:
        return ""


def _title(edge: TraceEdge, view: View) -> str:
    went_in = _amount(edge.source, edge.amount_in, view)
    came_out = _amount(edge.target, edge.amount_out, view)
    return " → ".join(text for text in (went_in, came_out) if text)


def _amount(packed: Id, amount: int, view: View) -> str:
    return amount_in_words(amount, view.names.product(packed), view.language)


def _rows(start: Id, found: Trace, labels: dict[Id, Label], view: View) -> list[dict[str, Any]]:
    """Every edge in words, the way that the goods went."""
    depths = {node.item: node.depth for node in found.nodes}
    edges = sorted(
        found.edges, key=lambda e: (depths.get(e.source, 0), e.block, e.log_index, e.target)
    )
    return [
        {
            "source": labels.get(edge.source),
            "source_path": _path(edge.source),
            "went_in": _amount(edge.source, edge.amount_in, view),
            "target": labels.get(edge.target),
            "target_path": _path(edge.target),
            "came_out": _amount(edge.target, edge.amount_out, view),
            "who": view.names.party(edge.org).name if edge.org else None,
            "fact": edge.fact,
            "here": start in (edge.source, edge.target),
        }
        for edge in edges
        if edge.source in labels and edge.target in labels
    ]


def _move(move: Move, view: View) -> dict[str, Any]:
    names = view.names
    return {
        "kind": view.language.term("move", move.kind) or move.kind.replace("_", " "),
        "source": names.party(move.source).name if move.source else None,
        "target": names.party(move.target).name if move.target else None,
        "amount": _amount(move.via, move.amount, view) if move.via[0] != Kind.LOGISTIC_UNIT else "",
        "via": text_of(move.logistic_unit) if move.logistic_unit else "",
        "when": view.language.moment(move.time),
    }
