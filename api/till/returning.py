"""Returns: the goods that come back to the chain, and the points that they had earned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from api.till.asked import Return, ReturnLine
from api.till.bonuses import take_bonuses_back
from api.till.brought_back import BroughtBack, find
from api.till.counter import Counter, in_operations
from api.till.moving import Moved, Moves, carriers, carrying
from ledger import commands as c
from ledger.earnings import earning_of_unit
from ledger.errors import ActRefused, NotFound
from ledger.refusals import refuse
from ledger.vocabulary import DocumentHash
from records import outbox, till
from records.members import claims
from records.outbox import State
from records.till.model import Line, Purpose, Receipt, Traced

Traces = list[tuple[str, Purpose, str]]
Before = Mapping[str, Sequence[Traced]]
"""What came of the sales that something is returned of."""
_ENDED = (State.FINAL, State.REFUSED)
UNDO_SECONDS = 15 * 60
"""So long after it a sale can be undone."""


def take_back_all(counter: Counter, returns: Sequence[tuple[str, Return]]) -> list[Receipt]:
    """Takes back, all or nothing; each return comes with the field that it stands in.

    Raises:
        CommandInvalid, NotFound, ActRefused: ``values`` name the receipt and line.
    """
    brought = [find(counter, asked, where) for where, asked in returns]
    records = counter.acceptance.records
    before = till.operations_of(records, list({each.sale.id for each in brought}))
    returned_by, traces = _returned(counter, brought, before)
    receipts, clawed = _clawed_back(counter, brought, before, returned_by)
    till.add_all(records, receipts)
    till.add_operations(records, traces + clawed)
    for site in dict.fromkeys(receipt.site for receipt in receipts):
        counter.keep_scans("return", site)
    return receipts


def undo(counter: Counter, receipt: str | None, site: str | None) -> Receipt:
    """Takes back all that is left of the last sale, and marks it.

    Raises:
        NotFound: nothing was sold here.
        ActRefused: it is another than ``receipt``, too old, or was undone before.
    """
    records, now = counter.acceptance.records, counter.acceptance.services.now()
    sale = till.last_sale(records, counter.acceptance.org, site)
    if sale is None:
        raise NotFound("nothing was sold here", site=site)
    if receipt is not None and receipt not in (sale.id, sale.number):
        raise refuse("NotTheLastSale", receipt=receipt)
    left = [each for each in sale.lines if each.returned < each.amount]
    if sale.undone is not None or not left:
        raise refuse("SaleIsUndone", receipt=sale.number)
    if now > sale.created + UNDO_SECONDS:
        raise refuse("TooLateToUndo", receipt=sale.number, until=sale.created + UNDO_SECONDS)
    lines = [ReturnLine(line=each.line) for each in left]
    asked = Return(lines, receipt=sale.id, site=site, reason="undo")
    (made,) = take_back_all(counter, [("", asked)])
    till.mark_undone(records, sale.id, now)
    return made


# --- goods ---


def _returned(
    counter: Counter, brought: Sequence[BroughtBack], before: Before
) -> tuple[dict[Moved, str], Traces]:
    """Which operations take back what, and which receipts they are of."""
    moves = Moves()
    for each in brought:
        for line in each.receipt.lines:
            if not _was_refused(counter, line, before[each.sale.id]):
                moves.add(line)
    needs = _open(
        counter, ("sale",), [traced for each in brought for traced in before[each.sale.id]]
    )
    made: list[outbox.Operation] = []
    for commands in moves.returns():
        counter.acceptance.judge(commands)
        made += counter.submit("return", commands, needs)
    by = carriers(made)
    return by, [
        (each.receipt.id, "return", operation)
        for each in brought
        for operation in carrying(each.receipt.lines, by)
    ]


def _was_refused(counter: Counter, line: Line, before: Sequence[Traced]) -> bool:
    """Whether the contract refused the sale of a line in the end: then nothing of it is on chain
    that could come back, whatever the customer brings.
    """
    sales = [counter.operation(each.operation) for each in before if each.purpose == "sale"]
    return any(
        each.state is State.REFUSED and (line.item, line.index) in carriers([each])
        for each in sales
    )


def _open(counter: Counter, purposes: Sequence[Purpose], traced: Sequence[Traced]) -> list[str]:
    """Operations that are not beyond change yet, so that something may have to wait for them."""
    ids = dict.fromkeys(each.operation for each in traced if each.purpose in purposes)
    return [each for each in ids if counter.operation(each).state not in _ENDED]


# --- points ---

_ClawBack = tuple[c.Command, str, list[str], list[str]]
"""An act, the receipt that it is of, the operations that take the goods back, and those that give
the points and are not beyond change yet.
"""


def _clawed_back(
    counter: Counter, brought: Sequence[BroughtBack], before: Before, returned_by: dict[Moved, str]
) -> tuple[list[Receipt], Traces]:
    receipts: list[Receipt] = []
    acts: list[_ClawBack] = []
    for each in brought:
        receipt = each.receipt
        back = carrying(receipt.lines, returned_by)
        awards = _open(counter, ("award",), before[each.sale.id])
        for command in _claw_backs(counter, each):
            try:
                counter.acceptance.judge([command])
            except ActRefused as error:  # what comes back comes back, whatever became of points
                if isinstance(command, c.ClawBackAward):
                    receipt = replace(receipt, no_points=error.code)
            else:
                acts.append((command, receipt.id, back, _earning(counter, command, awards)))
        receipts.append(receipt)
    return receipts, _claw_back(counter, acts)


def _claw_backs(counter: Counter, brought: BroughtBack) -> Iterator[c.Command]:
    """What takes back the points of the lines, and of units that were claimed."""
    receipt, sale = brought.receipt, brought.sale
    if receipt.points and sale.programme is not None:
        number = DocumentHash(sale.chain_number)
        yield c.ClawBackAward(sale.programme, number, receipt.points)
    yield from take_bonuses_back(counter, sale)
    state = counter.acceptance.state
    for line in receipt.lines:
        if line.issue is None or line.index is None:
            continue
        opening = state.openings.get((line.item, line.issue))
        earning = earning_of_unit(line.item, line.index)
        earned = opening and state.earnings.get((opening.programme, earning))
        if earned and earned.points:
            yield c.ClawBackUnits(line.item, line.issue, (line.index,))


def _earning(counter: Counter, command: c.Command, awards: Sequence[str]) -> list[str]:
    """Which operations, not beyond change yet, give the points that an act takes back: of those
    that award something for the sale, or the claim of a unit.
    """
    if isinstance(command, c.ClawBackAward):
        return [each for each in awards if _gives(counter.operation(each), command.receipt)]
    if not isinstance(command, c.ClawBackUnits):
        return []
    found = [claims.claim_of(counter.acceptance.records, command.lot, n) for n in command.indexes]
    claimed = [each.operation for each in found if each is not None and each.operation]
    return [each for each in claimed if counter.operation(each).state not in _ENDED]


def _gives(operation: outbox.Operation, number: DocumentHash) -> bool:
    given = (each for each in operation.commands if isinstance(each, c.AwardPoints))
    return any(each.receipt == number for each in given)


def _claw_back(counter: Counter, acts: Sequence[_ClawBack]) -> Traces:
    """Submits so that each waits for its return and for the points that it takes. What waits for
    other points goes apart: should those be refused in the end, the rest is taken back still.
    """
    about = {id(command): (receipt, back) for command, receipt, back, _ in acts}
    apart: dict[tuple[str, ...], list[c.Command]] = {}
    for command, _, _, awards in acts:
        apart.setdefault(tuple(awards), []).append(command)
    traces: Traces = []
    for given_by, commands in apart.items():
        for part in in_operations(commands):
            needs = dict.fromkeys(given_by)
            needs |= dict.fromkeys(each for command in part for each in about[id(command)][1])
            made = counter.acceptance.submit("clawback", part, list(needs))
            whose = dict.fromkeys(about[id(command)][0] for command in part)
            traces += [(receipt, "clawback", made.id) for receipt in whose]
    return traces
