"""Anchors: one root for very many statements."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Query
from starlette.responses import Response

from api.acts import Desk
from api.dependencies import Called, View, Viewed
from api.routes.shared import (
    ACCEPTED,
    FOUND_PROBLEMS,
    READ_PROBLEMS,
    After,
    Limit,
    OrgQuery,
    accept,
    cursor_parts,
    number_in,
    router,
)
from api.routes.unit_issues import octets
from api.schemas import papers
from api.schemas import trust_requests as r
from api.schemas.common import Entries, hexadecimal
from indexer.queries.anchors import AnchorView, anchors
from ledger import commands as c
from ledger.errors import NotFound
from ledger.hashing import leaf_hash, verify_inclusion
from ledger.vocabulary import DocumentHash, OrgId

routes = router("anchors")
NO_ROOT = DocumentHash(bytes(32))
ContentWord = Literal["other", "sensor_readings", "scans", "statements"]
ContentQuery = Annotated[ContentWord | None, Query(description="Of these statements only.")]
_BYTES = r"^0x([0-9a-f]{2})*$"
_HASHES = r"^(0x[0-9a-f]{64}(,0x[0-9a-f]{64}){0,62})?$"
_LONGEST = 4_000
_MOST_ROOTS = 10_000


@routes.get("/anchors", responses=READ_PROBLEMS)
def list_anchors(
    view: Viewed,
    organisation: OrgQuery = None,
    content: ContentQuery = None,
    after: After = None,
    limit: Limit = 50,
) -> Entries[papers.Anchor]:
    """Roots, the newest first; of one organisation, of one kind of content."""
    start = cursor_parts(after, 1)
    found = anchors(
        view.mirror,
        org=OrgId(organisation) if organisation else None,
        content=None if content is None else r.CONTENTS[content],
        before=number_in(start[0]) if start else None,
        limit=limit,
    )
    following = found[-1].sequence.to_bytes(8, "big").hex() if len(found) == limit else None
    return Entries(entries=[papers.anchor(each, view) for each in found], next=following)


@routes.get("/anchors/inclusion", responses=FOUND_PROBLEMS)
def check_inclusion(
    view: Viewed,
    organisation: Annotated[int, Query(ge=1, le=2**32 - 1)],
    content: Annotated[ContentWord, Query()],
    statement: Annotated[
        str, Query(pattern=_BYTES, max_length=_LONGEST, description="Its bytes, hexadecimal.")
    ],
    index: Annotated[int, Query(ge=0, lt=2**63, description="Its place, counted from 0.")],
    path: Annotated[
        str, Query(pattern=_HASHES, description="Inclusion path, lowest first, with commas.")
    ] = "",
    root: Annotated[
        str | None,
        Query(pattern=r"^0x[0-9a-f]{64}$", description="Else the newest."),
    ] = None,
) -> papers.Inclusion:
    """Whether a statement stands in an organisation's list, as it was anchored (RFC 6962)."""
    found = _root(view, OrgId(organisation), r.CONTENTS[content], root)
    steps = [octets(each) for each in path.split(",")] if path else []
    leaf = leaf_hash(octets(statement))
    included = verify_inclusion(leaf, index, found.size, steps, found.root)
    return papers.Inclusion(included=included, root=hexadecimal(found.root), size=found.size)


def _root(view: View, org: OrgId, content: int, root: str | None) -> AnchorView:
    known = anchors(view.mirror, org=org, content=content, limit=_MOST_ROOTS if root else 1)
    wanted = octets(root) if root else None
    found = next((each for each in known if wanted in (None, each.root)), None)
    if found is None:
        raise NotFound(f"organisation {org} has anchored no such list")
    return found


@routes.post("/anchors", **ACCEPTED)
def anchor(body: r.NewAnchor, view: Viewed, caller: Called) -> Response:
    """Anchors a growing list of statements as it is now: sensor readings, scans, own records."""
    content, root = r.CONTENTS[body.content], DocumentHash(octets(body.root))

    def commands(desk: Desk) -> list[c.Command]:
        newest = desk.state.anchors.get((desk.org, content))
        before = newest.root if newest else NO_ROOT
        if body.predecessor is not None:
            before = DocumentHash(octets(body.predecessor))
        return [c.AnchorRoot(content, root, body.size, before)]

    return accept(view, caller, commands)
