"""Where an item came from and what became of it, as nodes and edges."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Query

from api.dependencies import Viewed
from api.known_units import tracked
from api.routes.shared import FOUND_PROBLEMS, Linked, key_in, router
from api.schemas import history
from indexer.queries.custody import custody
from indexer.queries.trace import trace
from ledger.errors import NotFound
from ledger.vocabulary import Kind

routes = router("trace")
_MOST_NODES = 2000


@routes.get("/trace/{link:path}", responses=FOUND_PROBLEMS)
def read_trace(
    link: Linked,
    view: Viewed,
    direction: Annotated[
        Literal["up", "down", "both"],
        Query(description="What it was made of, what was made of it, or both."),
    ] = "both",
    limit: Annotated[int, Query(ge=1, le=_MOST_NODES, description="Nodes at most.")] = 500,
) -> history.Graph:
    """The graph around a lot or unit; around its lot for a unit of a print run. Edges that only
    statements tell have `fact` false.
    """
    item = tracked(view, key_in(link, Kind.LOT, Kind.UNIT)).id
    found = trace(view.mirror, item, direction, limit)
    if not any(node.recorded for node in found.nodes) and not found.edges:
        raise NotFound(f"nothing is known of {link.key}")
    return history.graph(item, found, custody(view.mirror, item), view)
