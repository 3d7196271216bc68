"""Sales: their lines found and judged, sold, and what a member earns with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from api.till.asked import Sale, require_written
from api.till.bonuses import award_bonuses
from api.till.counter import Counter, in_operations
from api.till.goods import quantity_of
from api.till.moving import Moved, Moves, carriers, carrying
from api.till.points import Promise, share
from api.till.words import at_line
from indexer.queries.state import load_ahead
from ledger import commands as c
from ledger.earnings import earning_of_receipt
from ledger.errors import ActRefused, CommandInvalid
from ledger.vocabulary import Address, DocumentHash
from records import outbox, till
from records.till.model import Line, Purpose, Receipt, new_chain_number, new_receipt_id

Traces = list[tuple[str, Purpose, str]]


@dataclass(frozen=True, slots=True)
class _Draft:
    """A sale whose lines are found, and what its member would earn."""

    receipt: Receipt
    member: Address | None
    promise: Promise | None

    @property
    def award(self) -> c.AwardPoints | None:
        if self.promise is None or self.member is None:
            return None
        number = DocumentHash(self.receipt.chain_number)
        return c.AwardPoints(self.promise.programme, self.member, number, self.promise.points)


def sell_all(counter: Counter, sales: Sequence[tuple[str, Sale]]) -> list[Receipt]:
    """Sells, all or nothing; each sale comes with the field that it stands in.

    Raises:
        CommandInvalid, ActRefused: ``values`` name the receipt and line.
    """
    counter.shelf.load(line.code for _, sale in sales for line in sale.lines)
    drafts = [_draft(counter, sale, where) for where, sale in sales]
    sold = _sold(counter, drafts)
    receipts, traces = _awarded(counter, drafts, carriers(sold))
    till.add_all(counter.acceptance.records, receipts)
    sold_by = carriers(sold)
    own = {each.id: carrying(each.lines, sold_by) for each in receipts}
    traces += award_bonuses(counter, receipts, own)
    till.add_operations(counter.acceptance.records, traces)
    for site in dict.fromkeys(receipt.site for receipt in receipts):
        counter.keep_scans("till", site)
    return receipts


def _draft(counter: Counter, sale: Sale, where: str) -> _Draft:
    records, org = counter.acceptance.records, counter.acceptance.org
    require_written(where, number=sale.number, site=sale.site, currency=sale.currency)
    known = till.by_number(records, org, sale.number)
    if known is not None or sale.number in counter.numbers:
        field = f"{where}number"
        raise CommandInvalid(f"{field}: there is a receipt {sale.number} already", field=field)
    counter.numbers.add(sale.number)
    lines = tuple(_line(counter, sale, i, where) for i in range(len(sale.lines)))
    total = sum(line.price for line in lines)
    member = counter.programmes.member(sale.card, f"{where}card") if sale.card else None
    promise = None
    if member is not None:
        asked = sale.programme
        promise = counter.programmes.promise(member, total, sale.currency, sale.channel, asked)
    receipt = Receipt(
        seq=0,
        id=new_receipt_id(),
        org=org,
        number=sale.number,
        kind="sale",
        reason=None,
        sale=None,
        channel=sale.channel,
        site=sale.site,
        card=member.card if member else None,
        currency=sale.currency,
        total=total,
        programme=promise.programme if promise else None,
        points=0,
        no_points=None,
        chain_number=new_chain_number(),
        idempotency_key=counter.teller.idempotency_key,
        created=counter.acceptance.services.now(),
        undone=None,
        lines=lines,
    )
    return _Draft(receipt, member.address if member else None, promise)


def _line(counter: Counter, sale: Sale, place: int, where: str) -> Line:
    asked, field = sale.lines[place], f"{where}lines[{place}]"
    try:
        goods = counter.scan(asked.code, f"{field}.code")
        state = counter.acceptance.state
        amount = quantity_of(state, goods, asked.quantity, f"{field}.quantity")
    except ActRefused as error:
        raise at_line(error, sale.number, place + 1) from error
    return Line(
        line=place + 1,
        item=goods.item,
        amount=amount,
        price=asked.price,
        issue=goods.issue,
        index=goods.index,
        unit=goods.unit,
    )


def _sold(counter: Counter, drafts: Sequence[_Draft]) -> list[outbox.Operation]:
    moves, sold = Moves(), list[outbox.Operation]()
    try:
        for draft in drafts:
            for line in draft.receipt.lines:
                moves.add(line)
        for commands in moves.sales():
            counter.acceptance.judge(commands)
            sold += counter.submit("sale", commands)
    except ActRefused as error:
        raise _named(error, drafts) from error
    return sold


def _named(error: ActRefused, drafts: Sequence[_Draft]) -> ActRefused:
    """A refusal with the last receipt and line that are about the same goods."""
    item = error.values.get("item", error.values.get("lot"))
    index = error.values.get("index")
    for draft in reversed(drafts):
        for line in reversed(draft.receipt.lines):
            if line.item == item and index in (None, line.index):
                return at_line(error, draft.receipt.number, line.line, line.unit or line.item)
    return error


def _awarded(
    counter: Counter, drafts: Sequence[_Draft], sold_by: dict[Moved, str]
) -> tuple[list[Receipt], Traces]:
    receipts: list[Receipt] = []
    sold = {draft.receipt.id: carrying(draft.receipt.lines, sold_by) for draft in drafts}
    refusals = _refusals(counter, [draft.award for draft in drafts if draft.award])
    awards: dict[str, c.AwardPoints] = {}
    for draft in drafts:
        receipt, award = draft.receipt, draft.award
        if award is not None and award.receipt in refusals:  # no sale is lost for want of points
            receipt = replace(receipt, no_points=refusals[award.receipt])
        elif award is not None:
            receipt = _with_points(receipt, award.points)
            awards[receipt.id] = award
        receipts.append(receipt)
    traces: Traces = [(receipt, "sale", each) for receipt, own in sold.items() for each in own]
    return receipts, traces + _award(counter, awards, sold)


def _refusals(counter: Counter, awards: Sequence[c.AwardPoints]) -> dict[DocumentHash, str]:
    """Why there are no points for some receipts: codes of refusals by their numbers on chain."""
    earned = [(a.programme, earning_of_receipt(counter.acceptance.org, a.receipt)) for a in awards]
    load_ahead(counter.acceptance.mirror, counter.acceptance.state, "earnings", earned)
    try:
        counter.acceptance.judge(awards)
    except ActRefused:
        pass
    else:
        return {}
    refused = {}
    for award in awards:
        try:
            counter.acceptance.judge([award])
        except ActRefused as error:
            refused[award.receipt] = error.code
    return refused


def _award(
    counter: Counter, awards: dict[str, c.AwardPoints], sold: dict[str, list[str]]
) -> Traces:
    """Submits awards so that each waits for the sales that it is for."""
    whose = {award.receipt: receipt for receipt, award in awards.items()}
    traces: Traces = []
    for part in in_operations(awards.values()):
        mine = [whose[award.receipt] for award in part if isinstance(award, c.AwardPoints)]
        needs = dict.fromkeys(each for receipt in mine for each in sold[receipt])
        made = counter.acceptance.submit("award", part, list(needs))
        traces += [(receipt, "award", made.id) for receipt in mine]
    return traces


def _with_points(receipt: Receipt, points: int) -> Receipt:
    shares = share(points, [line.price for line in receipt.lines])
    lines = tuple(
        replace(line, points=own) for line, own in zip(receipt.lines, shares, strict=True)
    )
    return replace(receipt, points=points, lines=lines)
