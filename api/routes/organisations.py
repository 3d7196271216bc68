"""Organisations, and who an API key acts for."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path

from api.dependencies import Key, Viewed
from api.routes.shared import (
    FOUND_PROBLEMS,
    READ_PROBLEMS,
    WRITE_PROBLEMS,
    After,
    Limit,
    router,
    wrong_cursor,
)
from api.schemas import things
from api.schemas.common import Entries, moment, party
from api.schemas.service import Account
from indexer.queries.organisations import organisation, organisations
from ledger.errors import NotAuthenticated, NotFound
from ledger.vocabulary import OrgId

routes = router("organisations")
_LONGEST_NUMBER = 10


@routes.get("/organisations", responses=READ_PROBLEMS)
def list_organisations(
    view: Viewed, after: After = None, limit: Limit = 50
) -> Entries[things.Organisation]:
    """Organisations by number."""
    if after and not (after.isascii() and after.isdecimal() and len(after) <= _LONGEST_NUMBER):
        raise wrong_cursor()
    found = organisations(view.mirror, OrgId(int(after or 0)), limit)
    following = str(found[-1].org) if len(found) == limit else None
    return Entries(entries=[things.organisation(each, view) for each in found], next=following)


@routes.get("/organisations/{number}", responses=FOUND_PROBLEMS)
def read_organisation(
    number: Annotated[int, Path(ge=1, le=2**32 - 1)], view: Viewed
) -> things.Organisation:
    """One organisation, with its keys and places."""
    found = organisation(view.mirror, OrgId(number))
    if found is None:
        raise NotFound(f"there is no organisation {number}")
    return things.organisation(found, view)


@routes.get("/account", responses=WRITE_PROBLEMS)
def read_account(key: Key, view: Viewed) -> Account:
    """Who the API key acts for, and what it may do."""
    if key is None:
        raise NotAuthenticated("send an API key")
    return Account(
        organisation=party(key.org, view.names),
        scopes=sorted(key.scopes),
        label=key.label,
        expires=moment(key.expires),
    )
