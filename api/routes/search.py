"""Search by whatever a person has in hand."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from api.dependencies import View, Viewed
from api.errors import WebError
from api.languages import marked
from api.routes.shared import READ_PROBLEMS, router
from api.schemas.common import hexadecimal, party_or_none, thing
from api.schemas.service import Hit
from indexer.queries import search as queries

routes = router("search")
LONGEST_QUERY = 200
_HASHES = ("transaction", "statement", "block")


@routes.get("/search", responses=READ_PROBLEMS)
def search(
    view: Viewed,
    q: Annotated[
        str,
        Query(
            min_length=1,
            max_length=LONGEST_QUERY,
            description="GTIN, lot, serial, SSCC, GLN, Digital Link, or a hash.",
        ),
    ],
) -> list[Hit]:
    """What a text may mean, the likeliest first."""
    return [hit(each, view) for each in hits(q, view)]


def hits(text: str, view: View) -> tuple[queries.Hit, ...]:
    """What a text may mean.

    Raises:
        WebError: the text has characters that do not print.
    """
    if not text.isprintable():
        raise WebError(422, marked("Search for something that can be printed."))
    # Lots and serials are mostly written in capitals, and people mostly type without.
    return queries.search(view.mirror, text) or queries.search(view.mirror, text.upper())


def hit(found: queries.Hit, view: View) -> Hit:
    """A hit."""
    hashed = found.kind in _HASHES
    named = None if hashed else thing(found.id, view.base_url)
    shown = hexadecimal(found.id) if named is None else (named.id or named.reference or "")
    return Hit(
        kind=found.kind,
        label=found.label,
        id=shown,
        thing=named,
        organisation=party_or_none(found.org, view.names),
        recorded=found.recorded,
    )
