"""The start page, its search, and the list of what the interface offers."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.dependencies import View, Viewed
from api.errors import TITLES, WebError
from api.languages import marked
from api.openapi import operations_of
from api.rendering import page
from api.routes.search import LONGEST_QUERY, hits
from indexer.queries.search import Hit
from ledger import errors
from ledger.errors import InvalidInput
from ledger.gs1 import parse_any, path_of
from ledger.refusals import CONTRADICTIONS, SENTENCES
from ledger.vocabulary import Kind, key_of

routes = APIRouter(include_in_schema=False)
_PAGES = {"lot", "unit", "product", "logistic unit", "place", "organisation"}


@routes.get("/")
def home(
    request: Request,
    view: Viewed,
    q: Annotated[str, Query(max_length=LONGEST_QUERY)] = "",
) -> Response:
    """The start page; with ``q`` what was found, or straight to the only thing it can mean."""
    text = q.strip()
    if straight := _link(text):
        return RedirectResponse(straight, 303)
    found = hits(text, view) if text else ()
    shown = [_hit(each, view) for each in found]
    return page(request, "home.html", query=text, hits=shown, health=view.health)


@routes.get("/docs")
def docs(request: Request) -> Response:
    """What the interface offers, without a script from anywhere."""
    tags = operations_of(request.app)
    return page(request, "docs.html", tags=tags)


@routes.get("/problems/{code}")
def problem(request: Request, code: str) -> Response:
    """What an error code means."""
    known = TITLES.get(code)
    sentence = SENTENCES.get(code) or CONTRADICTIONS.get(code)
    described = getattr(errors, code, None) if known else None
    if not (known or sentence):
        raise WebError(404, marked("There is no such error."))
    title = known or TITLES["ActRefused"]
    doc = (described.__doc__ or "") if isinstance(described, type) else ""
    return page(request, "code.html", code=code, title=title, sentence=sentence, doc=doc)


def _link(text: str) -> str:
    """The page of a Digital Link or EPC URN that somebody pasted."""
    if ":" not in text:
        return ""
    try:
        return path_of(parse_any(text))
    except InvalidInput:
        return ""


def _hit(found: Hit, view: View) -> dict[str, object]:
    path = path_of(key_of(found.id)) if found.kind in _PAGES else ""
    if found.kind == "statement":
        path = f"/api/v1/statements/{found.id.hex()}"
    named = found.kind in ("lot", "unit", "product")
    return {
        "kind": view.language.term("hit", found.kind) or found.kind,
        "label": found.label,
        "name": view.names.product_name(key_of(found.id).id) if named else None,
        "path": path,
        "recorded": found.recorded,
        "item": found.id[:1] in (bytes([Kind.LOT]), bytes([Kind.UNIT])) and named,
    }
