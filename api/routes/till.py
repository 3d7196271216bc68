"""The till: sales and returns with what follows from them, in one request each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from fastapi import Path, Query
from starlette.responses import Response

from api import till as service
from api.counting import counting_of
from api.dependencies import Called, ReaderKey, View, Viewed, WriterKey
from api.rendering import json_bytes
from api.routes.shared import PREFIX, WRITE_PROBLEMS, After, Limit, router, wrong_cursor
from api.schemas import till as answers
from api.schemas import till_requests as r
from api.schemas.common import Entries
from api.till import Teller
from api.till.words import advised
from ledger.cards import read_card
from ledger.errors import ActRefused, CommandInvalid, NotFound
from records import till
from records.till.model import Receipt

routes = router("till")
_LONGEST_NUMBER = 18
_CREATED: dict[str, Any] = {
    "status_code": 201,
    "response_model": answers.ReceiptAnswer,
    "responses": WRITE_PROBLEMS
    | {
        201: {
            "description": "The receipt is kept, and all that follows from it will be recorded. "
            "Follow `Location`.",
            "headers": {"Location": {"schema": {"type": "string"}}},
        }
    },
}


def _teller(view: View, key: WriterKey, caller: Called) -> Teller:
    place = counting_of(view.request).place_of(view.request)
    return Teller(caller.org, caller.idempotency_key, caller.request_hash, key.id, place)


def _done(view: View, work: Callable[[], Sequence[Receipt]]) -> Sequence[Receipt]:
    try:
        return work()
    except ActRefused as error:
        raise advised(error, view.names) from error


def _created(view: View, made: Receipt) -> Response:
    # The view begins with the first question that is asked of it: this one, after the commit.
    body = answers.receipt(made, view).model_dump(mode="json")
    location = f"{PREFIX}/till/receipts/{made.id}"
    return Response(json_bytes(body), 201, {"Location": location}, media_type="application/json")


@routes.post("/till/sales", **_CREATED)
def sell(body: r.NewTillSale, view: Viewed, key: WriterKey, caller: Called) -> Response:
    """Sells what was scanned; a member earns with it. A retailer."""
    (made,) = _done(
        view, lambda: [service.sell(view.services, body.asked(), _teller(view, key, caller))]
    )
    return _created(view, made)


@routes.post("/till/returns", **_CREATED)
def take_back(body: r.NewTillReturn, view: Viewed, key: WriterKey, caller: Called) -> Response:
    """Takes back what was sold here, with exactly its points."""
    teller = _teller(view, key, caller)
    (made,) = _done(view, lambda: [service.take_back(view.services, body.asked(), teller)])
    return _created(view, made)


@routes.post("/till/undos", **_CREATED)
def undo(body: r.NewTillUndo, view: Viewed, key: WriterKey, caller: Called) -> Response:
    """Undoes one's own last sale of a site, within a quarter of an hour."""
    teller = _teller(view, key, caller)

    def work() -> list[Receipt]:
        return [service.undo_last(view.services, teller, receipt=body.receipt, site=body.site)]

    (made,) = _done(view, work)
    return _created(view, made)


@routes.post("/till/batches", status_code=201, responses=WRITE_PROBLEMS)
def record(body: r.NewTillBatch, view: Viewed, key: WriterKey, caller: Called) -> answers.Receipts:
    """Records a day's sales and returns, all or none of them."""
    entries = [_entry(each, place) for place, each in enumerate(body.entries)]
    made = _done(view, lambda: service.record(view.services, entries, _teller(view, key, caller)))
    return answers.Receipts(entries=answers.receipts(made, view))


def _entry(entry: r.EntryIn, place: int) -> service.Sale | service.Return:
    if entry.sale is not None and entry.taken_back is None:
        return entry.sale.asked()
    if entry.taken_back is not None and entry.sale is None:
        return entry.taken_back.asked()
    field = f"entries[{place}]"
    raise CommandInvalid(f"{field}: sale or return is needed, not both", field=field)


@routes.get("/till/receipts", responses=WRITE_PROBLEMS)
def list_receipts(
    key: ReaderKey,
    view: Viewed,
    card: Annotated[str | None, Query(max_length=40, description="Of a member.")] = None,
    attention: Annotated[bool, Query(description="Only what went wrong in the end.")] = False,  # noqa: FBT002  # a query parameter
    after: After = None,
    limit: Limit = 50,
) -> Entries[answers.ReceiptAnswer]:
    """One's own receipts, newest first."""
    if after and not (after.isascii() and after.isdecimal() and len(after) <= _LONGEST_NUMBER):
        raise wrong_cursor()
    before = int(after) if after else None
    found = till.recent(
        view.records,
        key.org,
        before=before,
        card=read_card(card) if card is not None else None,
        attention=attention,
        limit=limit,
    )
    following = str(found[-1].seq) if len(found) == limit else None
    return Entries(entries=answers.receipts(found, view), next=following)


@routes.get("/till/receipts/{receipt}", responses=WRITE_PROBLEMS)
def read_receipt(
    receipt: Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")], key: ReaderKey, view: Viewed
) -> answers.ReceiptAnswer:
    """One receipt."""
    found = till.get(view.records, receipt)
    if found.org != key.org:  # as if it did not exist
        raise NotFound(f"there is no receipt {receipt}", id=receipt)
    return answers.receipt(found, view)
