"""How far recalls reach, and what proves it."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Depends, Query
from fastapi.responses import StreamingResponse
from starlette.requests import Request
from starlette.responses import Response

from api.dependencies import ReaderKey, Viewed, link_in_path
from api.recalls.proving import as_csv, as_json, proof_rows
from api.recalls.reaching import reach_of, require_sight
from api.routes.shared import (
    FOUND_PROBLEMS,
    PREFIX,
    READ_PROBLEMS,
    WRITE_PROBLEMS,
    After,
    Limit,
    LinkPath,
    cursor_of,
    cursor_parts,
    key_in,
    router,
)
from api.schemas import recalls as answers
from api.schemas.common import Entries
from indexer.queries import reach as queries
from indexer.queries.status import status
from ledger.errors import DigitalLinkInvalid
from ledger.vocabulary import Id, Kind

routes = router("recalls")
SEEN_PROBLEMS = FOUND_PROBLEMS | {code: WRITE_PROBLEMS[code] for code in (401, 403)}
"""What may go wrong where only some may see something."""


def recalled_item(request: Request, link: LinkPath) -> Id:  # noqa: ARG001  # names the parameter
    """The item of ``/recalls/{link}/...``: a lot or unit by its Digital Link.

    Raises:
        DigitalLinkInvalid: none, or of another kind.
    """
    suffix = "/" + request.url.path.rpartition("/")[2]
    found = link_in_path(request, f"{PREFIX}/recalls", suffix)
    if found.key is None:
        raise DigitalLinkInvalid("the link names nothing that is kept here", field="link")
    return key_in(found, Kind.LOT, Kind.UNIT).id


Recalled = Annotated[Id, Depends(recalled_item)]


@routes.get("/recalls", responses=READ_PROBLEMS)
def list_recalls(
    view: Viewed, after: After = None, limit: Limit = 50
) -> Entries[answers.RecallNow]:
    """What is recalled now, by key."""
    parts = cursor_parts(after, 1)
    found = queries.recalls(view.mirror, after=Id(parts[0]) if parts else None, limit=limit)
    following = cursor_of(found[-1].item) if len(found) == limit else None
    return Entries(entries=[answers.recall_now(each, view) for each in found], next=following)


@routes.get("/recalls/{link:path}/reach", responses=SEEN_PROBLEMS)
def read_reach(item: Recalled, view: Viewed, key: ReaderKey) -> answers.RecallReach:
    """How far the recall of an item reaches, or would reach: who holds, sold, bought it and what
    was made of it. Who recalled it, the product's owner, auditors. Members are only counted.
    """
    require_sight(view.mirror, key.org, item)
    at = status(view.mirror)
    return answers.reach(reach_of(view.mirror, view.records, item), view, at.block if at else 0)


@routes.get("/recalls/{link:path}/proofs", responses=SEEN_PROBLEMS, response_class=Response)
def read_proofs(
    item: Recalled,
    view: Viewed,
    key: ReaderKey,
    format: Annotated[Literal["csv", "json"], Query()] = "json",  # noqa: A002  # its public name
) -> StreamingResponse:
    """Every event behind the reach of a recall with block, transaction and number in the journal of
    its contract, for whoever checks it against a node of their own.
    """
    require_sight(view.mirror, key.org, item)
    rows = proof_rows(view.services, item)
    if format == "csv":
        return StreamingResponse(as_csv(rows), media_type="text/csv; charset=utf-8")
    return StreamingResponse(as_json(rows), media_type="application/json")
