"""Proofs of units: for who holds a unit's code and wants to check it without us."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from api.dependencies import Viewed, address_of, limits_of
from api.known_units import locate
from api.languages import marked
from api.proving import proof_of
from api.resolver import settled
from api.routes.shared import FOUND_PROBLEMS, Linked, key_in, router
from ledger.errors import NotFound
from ledger.vocabulary import Kind

routes = router("units of lots")


@routes.get(
    "/unit-proofs/{link:path}",
    response_class=Response,
    responses=FOUND_PROBLEMS
    | {200: {"content": {"application/json": {}}, "description": "Canonical JSON, 2 kB at most."}},
)
def read_unit_proof(link: Linked, view: Viewed, request: Request) -> Response:
    """The proof that a unit was issued; `lotmark units verify` checks it without us."""
    key = key_in(settled(link, view), Kind.UNIT)
    found = locate(view, key.id)
    if found is None:
        limits_of(request).count_unknown(address_of(request))
        text = marked("No unit with this code was issued here.")
        raise NotFound(text, template=text)
    proof = proof_of(view, view.services.deployment, found)
    headers = {"Cache-Control": "no-store"}
    return Response(proof.to_json(), headers=headers, media_type="application/json")
