"""Items, whether lots or serialised units: what is known of them, and who holds them."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from api.dependencies import View, Viewed
from api.routes.shared import (
    FOUND_PROBLEMS,
    READ_PROBLEMS,
    After,
    Limit,
    Linked,
    OrgQuery,
    cursor_of,
    key_in,
    router,
    wrong_cursor,
)
from api.schemas import history, things
from api.schemas.common import Entries
from api.story import steps
from indexer.queries.facts import story
from indexer.queries.lots import ItemView, item, items
from ledger.errors import CommandInvalid, InvalidInput, NotFound
from ledger.vocabulary import NOTHING, Gs1Key, Id, Kind, OrgId, product

routes = router("items")

GtinQuery = Annotated[str | None, Query(max_length=14, description="A product's GTIN.")]


@routes.get("/items", responses=READ_PROBLEMS)
def list_items(
    view: Viewed,
    after: After = None,
    limit: Limit = 50,
    gtin: GtinQuery = None,
    organisation: OrgQuery = None,
) -> Entries[things.Item]:
    """Lots and units by key; of one product; with `organisation` those it made or holds."""
    found = _page(view, after, limit, gtin, organisation)
    following = cursor_of(found[-1].item) if len(found) == limit else None
    return Entries(entries=[things.item(each, view) for each in found], next=following)


@routes.get("/items/{link:path}", responses=FOUND_PROBLEMS)
def read_item(link: Linked, view: Viewed) -> things.Item:
    """One lot or unit."""
    return things.item(_known(key_in(link, Kind.LOT, Kind.UNIT), view), view)


@routes.get("/stories/{link:path}", responses=FOUND_PROBLEMS)
def read_story(link: Linked, view: Viewed) -> list[history.StoryStep]:
    """All that happened to a lot, unit or logistic unit, in the order in which it happened."""
    key = key_in(link, Kind.LOT, Kind.UNIT, Kind.LOGISTIC_UNIT)
    found = steps(key.id, story(view.mirror, key.id))
    if not found:
        raise NotFound(f"nothing is known of {key}")
    return [history.step(each, view) for each in found]


@routes.get("/holdings", responses=READ_PROBLEMS)
def list_holdings(
    view: Viewed,
    organisation: OrgQuery = None,
    gtin: GtinQuery = None,
    after: After = None,
    limit: Limit = 50,
) -> Entries[things.Holding]:
    """Who holds what; of one organisation, of one product. A page is so many items long."""
    found = _page(view, after, limit, gtin, organisation)
    held = [holding for each in found for holding in things.holdings(each, view)]
    if organisation:
        held = [each for each in held if each.holder.organisation == organisation]
    following = cursor_of(found[-1].item) if len(found) == limit else None
    return Entries(entries=held, next=following)


@routes.get("/holdings/{link:path}", responses=FOUND_PROBLEMS)
def read_holdings(link: Linked, view: Viewed) -> list[things.Holding]:
    """Who holds how much of one lot or unit."""
    return things.holdings(_known(key_in(link, Kind.LOT, Kind.UNIT), view), view)


def _known(key: Gs1Key, view: View) -> ItemView:
    found = item(view.mirror, key.id)
    if found is None:
        raise NotFound(f"no {key.label} {key} is registered")
    return found


def _page(
    view: View, after: str | None, limit: int, gtin: str | None, organisation: int | None
) -> tuple[ItemView, ...]:
    org = OrgId(organisation) if organisation else None
    return items(view.mirror, _start(after), limit, _product(gtin), org)


def _start(after: str | None) -> Id | None:
    if not after:
        return None
    try:
        packed = bytes.fromhex(after)
    except ValueError as error:
        raise wrong_cursor() from error
    if len(packed) != len(NOTHING):
        raise wrong_cursor()
    return Id(packed)


def _product(gtin: str | None) -> Id | None:
    try:
        return product(gtin).id if gtin else None
    except InvalidInput as error:
        raise CommandInvalid(error.message, field="gtin") from error
