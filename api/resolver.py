"""GS1 Digital Link: one address per key, answered with a page, JSON or a linkset.

GS1-Conformant resolver: syntax errors are 400, what nobody registered is 404 (and still a page with
a verdict), convenience names, shorter GTINs and trailing slashes are understood.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from api.counting import counting_of
from api.dependencies import View, Viewed, address_of, limits_of, link_in_path
from api.errors import WebError
from api.known_units import locate
from api.languages import marked
from api.linkset import CONTEXT, PAGE_TYPES, TRACE_TYPE, description, linkset, path_of_link
from api.negotiation import HTML, JSON, JSON_LD, LINKSET, preferred
from api.pages import scanned
from api.rendering import VARY, json_bytes, page
from api.scan import NO_PAST, Scan, scan
from api.schemas.scans import scan_answer
from indexer.queries.lots import item
from ledger.errors import DigitalLinkInvalid
from ledger.gs1.digital_link import DigitalLink
from ledger.vocabulary import Gs1Key, Kind, Verdict
from records import units

routes = APIRouter(tags=["digital link"])

FORMS = (HTML, JSON, JSON_LD, LINKSET)
PATHS = {
    "/01/{rest:path}": "A product, lot or serialised unit.",
    "/00/{rest:path}": "A logistic unit.",
    "/414/{rest:path}": "A place.",
    "/417/{rest:path}": "An organisation.",
}
NAMES = ("gtin", "sscc", "gln", "party")
_PREFIX = "gs1:"


@routes.get("/.well-known/gs1resolver")
def describe(view: Viewed) -> dict[str, object]:
    """What this resolver is."""
    return description(view.base_url)


LinkType = Annotated[
    str | None,
    Query(alias="linkType", max_length=100, description="`linkset`, or a GS1 link type."),
]


def resolve(request: Request, view: Viewed, link_type: LinkType = None) -> Response:
    """What is recorded under a GS1 key: a page for people, JSON with `Accept: application/json`.

    `linkType=linkset` or `Accept: application/linkset+json` gives all links. Every form says the
    same; a code that nobody registered is answered with 404 and the verdict `unknown`.
    """
    link = settled(link_in_path(request), view)
    form = preferred(request.headers.get("accept"), FORMS)
    wanted = (link_type or "").removeprefix(_PREFIX)
    if wanted == "linkset" or (form == LINKSET and not wanted):
        return _linkset(link, view)
    if wanted == TRACE_TYPE:
        return RedirectResponse(f"/trace{path_of_link(link)}", 307)
    if wanted and wanted not in PAGE_TYPES:
        raise WebError(404, marked("There are no links of the type {type}."), type=wanted[:50])
    if form is None:
        raise WebError(406, marked("This is kept as a page, as JSON and as a linkset."))
    key, now = _key(link), view.services.now()
    counting, visit = counting_of(request), None
    if key.kind in (Kind.LOT, Kind.UNIT):
        visit = counting.visit(request, view.records, key.id)
    past = visit.past if visit else NO_PAST
    unit = locate(view, key.id) if key.kind is Kind.UNIT else None
    found = scan(link, key, view.mirror, view.names, view.health, now, past, unit)
    if found.judgement.verdict is Verdict.UNKNOWN and unit is None:
        limits_of(request).count_unknown(address_of(request))
    response = _answer(request, link, found, form, view)
    if visit is not None and (found.item is not None or unit is not None):
        counting.count(request, response, visit, found.judgement.verdict, now)
    return response


for _path, _summary in PATHS.items():
    routes.add_api_route(_path, resolve, summary=_summary, response_class=Response)
for _name in NAMES:
    routes.add_api_route(f"/{_name}/{{rest:path}}", resolve, include_in_schema=False)


async def _options(_: Request) -> Response:
    return Response(status_code=204, headers={"Allow": "GET, HEAD, OPTIONS"})


routes.routes += [
    Route(path, _options, methods=["OPTIONS"])
    for path in (*PATHS, *(f"/{name}/{{rest:path}}" for name in NAMES))
]


def settled(link: DigitalLink, view: View) -> DigitalLink:
    """The link, or the same with lot and serial in capitals where only that is registered.

    Some keyboards and scanners change the case; our own serials are written in capitals.
    """
    if link.key is None or link.key.kind not in (Kind.LOT, Kind.UNIT):
        return link
    lot = _settled(link.lot, view) if link.lot else None
    unit = _settled(link.unit, view) if link.unit else None
    return replace(link, lot=lot, unit=unit, key=unit or lot)


def _settled(key: Gs1Key, view: View) -> Gs1Key:
    capitals = key.extension.upper()
    if capitals == key.extension or _is_known(key, view):
        return key
    other = replace(key, extension=capitals)
    return other if _is_known(other, view) else key


def _is_known(key: Gs1Key, view: View) -> bool:
    if key.kind is Kind.UNIT and units.find(view.records, key.id) is not None:
        return True
    return item(view.mirror, key.id) is not None


def _key(link: DigitalLink) -> Gs1Key:
    if link.key is None:
        raise DigitalLinkInvalid(f"({link.primary[0]}) is not kept here", field="link")
    return link.key


def _linkset(link: DigitalLink, view: View) -> Response:
    _key(link)
    headers = {
        "Link": f'<{CONTEXT}>; rel="http://www.w3.org/ns/json-ld#context"; '
        'type="application/ld+json"',
        "Vary": VARY,
    }
    body = json_bytes(linkset(link, view.base_url))
    return Response(body, headers=headers, media_type=LINKSET)


def _answer(request: Request, link: DigitalLink, found: Scan, form: str, view: View) -> Response:
    status = 404 if found.judgement.verdict is Verdict.UNKNOWN else 200
    if form == HTML:
        response = page(request, scanned.TEMPLATE, status, **scanned.context(link, found, view))
    else:
        body = json_bytes(scan_answer(found, view).model_dump(mode="json"))
        response = Response(body, status, media_type=form)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Vary"] = VARY
    linkset_url = f"{view.base_url}{path_of_link(link)}?linkType=linkset"
    response.headers["Link"] = f'<{linkset_url}>; rel="linkset"; type="{LINKSET}"'
    return response
