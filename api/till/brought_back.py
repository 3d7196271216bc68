"""What somebody brings back: of which sale, which line of it, how much, and with which points."""

from __future__ import annotations

from dataclasses import dataclass, replace

from api.till.asked import Return, ReturnLine, require_written
from api.till.counter import Counter
from api.till.goods import Goods, quantity_of
from api.till.points import points_of_part
from api.till.words import at_line
from ledger.errors import ActRefused, CommandInvalid, NotFound
from ledger.refusals import refuse
from ledger.vocabulary import Amount, Kind, kind_of
from records import till
from records.till.model import Line, Receipt, new_chain_number, new_receipt_id


@dataclass(frozen=True, slots=True)
class BroughtBack:
    """A return whose lines are found, with the sale as it was before."""

    receipt: Receipt
    sale: Receipt


def find(counter: Counter, asked: Return, where: str) -> BroughtBack:
    """The return of what is asked for, with what it takes off the sale noted there.

    Raises:
        NotFound: there is no such receipt of the seller's.
        CommandInvalid: a line is missing or wrong.
        ActRefused: it is not to come back here, or less is left than that.
    """
    require_written(where, number=asked.number, site=asked.site)
    sale = _sale(counter, asked, where)
    lines: list[Line] = []
    for place, each in enumerate(asked.lines):
        field = f"{where}lines[{place}]"
        line = _named_line(counter, sale, each, field)
        if any(line.line == other.of_line for other in lines):
            raise CommandInvalid(f"{field}: this line is named twice", field=field)
        try:
            lines.append(_part(counter, sale, line, each, field, place + 1))
        except ActRefused as error:
            raise at_line(error, sale.number, line.line, line.unit or line.item) from error
    return BroughtBack(_receipt(counter, asked, sale, tuple(lines)), sale)


def _sale(counter: Counter, asked: Return, where: str) -> Receipt:
    records, org = counter.acceptance.records, counter.acceptance.org
    if asked.receipt is None:
        return _sale_by_unit(counter, asked, where)
    found = till.by_number(records, org, asked.receipt) or till.find(records, asked.receipt)
    if found is None or found.org != org:  # another's: as if it did not exist
        raise NotFound(f"there is no receipt {asked.receipt}", id=asked.receipt)
    if found.kind != "sale":
        field = f"{where}receipt"
        raise CommandInvalid(f"{field}: {asked.receipt} is a return", field=field)
    return found


def _sale_by_unit(counter: Counter, asked: Return, where: str) -> Receipt:
    code = next((each.code for each in asked.lines if each.code), None)
    field = f"{where}receipt"
    if code is None:
        raise CommandInvalid(f"{field} is missing", field=field)
    goods = counter.scan(code, f"{where}lines[0].code")
    if goods.each is None:
        raise CommandInvalid(f"{field} is missing: a lot is on many receipts", field=field)
    org, state = counter.acceptance.org, counter.acceptance.state
    found = till.holding_unit(counter.acceptance.records, org, goods.item, goods.index)
    if found is not None:
        return found
    if goods.index is not None and not state.unit(goods.item, goods.index).sold:
        raise refuse("UnitNotSold", lot=goods.item, index=goods.index)
    if goods.index is not None and not state.sold_by(goods.item, org, goods.index):
        raise refuse("NotTheSeller", lot=goods.item, index=goods.index, org=org)
    raise refuse("NotOnAReceipt", item=goods.subject, org=org)


def _named_line(counter: Counter, sale: Receipt, asked: ReturnLine, field: str) -> Line:
    if (asked.line is None) == (asked.code is None):
        raise CommandInvalid(f"{field}: line or code is needed, not both", field=field)
    if asked.line is not None:
        found = sale.line(asked.line)
        if found is None:
            raise CommandInvalid(f"{field}.line: there is no such line", field=f"{field}.line")
        return found
    goods = counter.scan(asked.code or "", f"{field}.code")
    there = [x for x in sale.lines if (x.item, x.index) == (goods.item, goods.index)]
    if not there:
        raise refuse("NotOnAReceipt", item=goods.subject, org=counter.acceptance.org)
    return next((each for each in there if each.returned < each.amount), there[0])


def _part(
    counter: Counter, sale: Receipt, line: Line, asked: ReturnLine, field: str, number: int
) -> Line:
    """The line of the return, taken off what is left of the sale's."""
    left = line.amount - line.returned
    amount = left if asked.quantity is None else _amount(counter, line, asked, f"{field}.quantity")
    if not 0 < amount <= left or not till.take_back(
        counter.acceptance.records, sale.id, line.line, amount
    ):
        org = counter.acceptance.org
        raise refuse("SoldTooSmall", item=line.item, org=org, sold=left, wanted=amount or 1)
    return replace(
        line,
        line=number,
        amount=Amount(amount),
        price=points_of_part(line.price, line.amount, line.returned, amount),
        points=points_of_part(line.points, line.amount, line.returned, amount),
        returned=0,
        of_line=line.line,
    )


def _amount(counter: Counter, line: Line, asked: ReturnLine, field: str) -> int:
    is_unit = line.index is not None or kind_of(line.item) == Kind.UNIT
    goods = Goods(line.item, line.item, line.amount if is_unit else None)
    return quantity_of(counter.acceptance.state, goods, asked.quantity, field)


def _receipt(counter: Counter, asked: Return, sale: Receipt, lines: tuple[Line, ...]) -> Receipt:
    number = asked.number or _number(counter, sale)
    known = till.by_number(counter.acceptance.records, sale.org, number)
    if known is not None or number in counter.numbers:
        raise CommandInvalid(f"number: there is a receipt {number} already", field="number")
    counter.numbers.add(number)
    return replace(
        sale,
        seq=0,
        id=new_receipt_id(),
        number=number,
        kind="return",
        reason=asked.reason,
        sale=sale.id,
        site=asked.site or sale.site,
        total=sum(line.price for line in lines),
        points=sum(line.points for line in lines),
        no_points=None,
        chain_number=new_chain_number(),
        idempotency_key=counter.teller.idempotency_key,
        created=counter.acceptance.services.now(),
        undone=None,
        lines=lines,
    )


def _number(counter: Counter, sale: Receipt) -> str:
    records = counter.acceptance.records
    place = len(till.returns_of(records, sale.id)) + 1
    while (number := f"{sale.number}-R{place}") in counter.numbers or till.by_number(
        records, sale.org, number
    ):  # the till may have used it for something else
        place += 1
    return number
