"""Receipts as the till tells them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from pydantic import Field

from api.dependencies import View
from api.refusals import refusal_in_words
from api.schemas.common import (
    AmountText,
    Answer,
    Hash,
    Party,
    Thing,
    hexadecimal,
    moment,
    moment_or_none,
    party,
    thing,
)
from api.schemas.operations import Refusal
from ledger.amounts import text_of_amount
from ledger.refusals import values_to_json
from ledger.vocabulary import Id, product_of
from records import outbox, till
from records.outbox import State
from records.till.model import Line, Receipt

Status = Literal["accepted", "recorded", "attention"]


class ReceiptLine(Answer):
    """One article of a receipt."""

    line: int = Field(examples=[1])
    item: Thing = Field(description="The unit or lot.")
    lot: Thing | None = Field(None, description="Of a unit of a lot.")
    issue: int | None = None
    index: int | None = Field(None, description="The unit's number in its lot.")
    quantity: AmountText
    price: int = Field(description="Of the whole line, in minor units.")
    points: int
    returned: AmountText
    of_line: int | None = Field(None, description="The line of the sale that a return is of.")


class ReceiptOperation(Answer):
    """An operation that came of a receipt."""

    purpose: str = Field(examples=["sale"])
    id: str
    state: str = Field(examples=["accepted"])
    refusal: Refusal | None = None
    attention: str | None = None


class ReceiptAnswer(Answer):
    """A sale or a return. `recorded`: all that follows is in a block. `attention`: the contract
    refused some of it in the end, or it waits for an operator.
    """

    id: str
    number: str = Field(description="The till's own.", examples=["T1-000123"])
    kind: Literal["sale", "return"]
    reason: str | None = Field(description="Of a return: returned or undo.")
    sale: str | None = Field(description="Of a return: the receipt that it takes back of.")
    seller: Party
    channel: str
    site: str | None
    card: str | None
    currency: str
    total: int = Field(description="In minor units.")
    programme: int | None
    points: int = Field(description="Promised by a sale, taken back by a return.")
    no_points: str | None = Field(description="Why there are none, where there could be some.")
    chain_number: Hash
    created: datetime
    undone: datetime | None
    status: Status
    attention: list[str] = Field(description="What went wrong in the end, in words.")
    lines: list[ReceiptLine]
    operations: list[ReceiptOperation]


class Receipts(Answer):
    """What a batch made."""

    entries: list[ReceiptAnswer]


def receipts(found: Sequence[Receipt], view: View) -> list[ReceiptAnswer]:
    """Receipts with what came of them."""
    traced = till.operations_of(view.records, [each.id for each in found])
    ids = {each.operation for some in traced.values() for each in some}
    known = {each: outbox.get(view.records, each) for each in ids}
    return [
        _receipt(each, [(t.purpose, known[t.operation]) for t in traced[each.id]], view)
        for each in found
    ]


def receipt(found: Receipt, view: View) -> ReceiptAnswer:
    """One receipt."""
    return receipts([found], view)[0]


def status_of(operations: Sequence[outbox.Operation]) -> Status:
    """How far a receipt is, from the operations that came of it."""
    if any(each.attention or each.reason for each in operations):
        return "attention"
    done = all(each.state in (State.INCLUDED, State.FINAL) for each in operations)
    return "recorded" if done else "accepted"


def _receipt(
    found: Receipt, operations: Sequence[tuple[str, outbox.Operation]], view: View
) -> ReceiptAnswer:
    made = [_operation(purpose, each, view) for purpose, each in operations]
    said = [each.refusal.detail if each.refusal else each.attention for each in made]
    return ReceiptAnswer(
        id=found.id,
        number=found.number,
        kind=found.kind,
        reason=found.reason,
        sale=found.sale,
        seller=party(found.org, view.names),
        channel=found.channel,
        site=found.site,
        card=found.card,
        currency=found.currency,
        total=found.total,
        programme=found.programme,
        points=found.points,
        no_points=found.no_points,
        chain_number=hexadecimal(found.chain_number),
        created=moment(found.created),
        undone=moment_or_none(found.undone),
        status=status_of([each for _, each in operations]),
        attention=list(dict.fromkeys(each for each in said if each)),
        lines=[_line(each, view) for each in found.lines],
        operations=made,
    )


def _operation(purpose: str, found: outbox.Operation, view: View) -> ReceiptOperation:
    refusal = found.refusal
    return ReceiptOperation(
        purpose=purpose,
        id=found.id,
        state=str(found.state),
        refusal=refusal
        and Refusal(
            code=refusal.code,
            detail=refusal_in_words(refusal, view.language, view.names),
            values=values_to_json(refusal.values),
        ),
        attention=found.attention,
    )


def _line(line: Line, view: View) -> ReceiptLine:
    is_unit = line.index is not None
    return ReceiptLine(
        line=line.line,
        item=thing(line.unit or line.item, view.base_url),
        lot=thing(line.item, view.base_url) if is_unit else None,
        issue=line.issue,
        index=line.index,
        quantity=quantity_text(line.item, line.amount, view),
        price=line.price,
        points=line.points,
        returned=quantity_text(line.item, line.returned, view),
        of_line=line.of_line,
    )


def quantity_text(item: Id, amount: int, view: View) -> str:
    """An amount in its product's unit."""
    product = view.names.product(product_of(item))
    return text_of_amount(amount, product.decimals if product else 0)
