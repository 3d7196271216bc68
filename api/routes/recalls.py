"""Recalls, and their end."""

from __future__ import annotations

from starlette.responses import Response

from api.acts import Desk
from api.dependencies import Called, Caller, View, Viewed
from api.routes.products import JSON
from api.routes.shared import ACCEPTED, accept, router
from api.schemas import requests as r
from ledger import commands as c
from ledger.hashing import canonical, document_hash
from ledger.vocabulary import DocumentHash, Id

routes = router("recalls")


@routes.post("/recalls", **ACCEPTED)
def recall(body: r.NewRecall, view: Viewed, caller: Called) -> Response:
    """Recalls items, each by its maker, its product's owner or an auditor."""
    return _notify(c.RecallItems, body, view, caller)


@routes.post("/releases", **ACCEPTED)
def release(body: r.NewRecall, view: Viewed, caller: Called) -> Response:
    """Lifts recalls. Who recalled, or an auditor."""
    return _notify(c.ReleaseItems, body, view, caller)


def _notify(
    act: type[c.RecallItems | c.ReleaseItems], body: r.NewRecall, view: View, caller: Caller
) -> Response:
    document = canonical(body.model_dump(exclude_none=True))
    hashed: DocumentHash = document_hash(document)

    def commands(desk: Desk) -> list[c.Command]:
        items: tuple[Id, ...] = desk.items(body.items, "items")
        return [act(items, hashed)]

    return accept(view, caller, commands, [(document, JSON)])
