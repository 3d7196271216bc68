"""Anchors: one root for very many statements."""

from __future__ import annotations

from starlette.responses import Response

from api.acts import Desk
from api.dependencies import Called, Viewed
from api.routes.shared import ACCEPTED, accept, router
from api.routes.unit_issues import octets
from api.schemas import trust_requests as r
from ledger import commands as c
from ledger.vocabulary import DocumentHash

routes = router("anchors")
NO_ROOT = DocumentHash(bytes(32))


@routes.post("/anchors", **ACCEPTED)
def anchor(body: r.NewAnchor, view: Viewed, caller: Called) -> Response:
    """Anchors a growing list of statements as it is now: sensor readings, scans, own records."""
    content, root = r.CONTENTS[body.content], DocumentHash(octets(body.root))
    before = DocumentHash(octets(body.predecessor)) if body.predecessor else NO_ROOT

    def commands(_: Desk) -> list[c.Command]:
        return [c.AnchorRoot(content, root, body.size, before)]

    return accept(view, caller, commands)
