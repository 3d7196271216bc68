"""What a statement says, and the acts that follow from it where the ledger's state allows.

A statement is an EPCIS event, or a line of a supplier's file, as it stands on chain: one line a
subject. `acts_of` reads it with EPCIS 2.0 and CBV 2.0 in hand; what cannot follow is a
contradiction, raised as `ActRefused` with the name of a Solidity error or of a contradiction of
`ledger.refusals`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ledger import commands as c
from ledger import events as e
from ledger.history import State
from ledger.refusals import refuse
from ledger.vocabulary import (
    Action,
    Amount,
    DisposeReason,
    DocumentHash,
    Id,
    Kind,
    OrgId,
    Part,
    Seconds,
    disposition_word,
    is_item,
    kind_of,
    line_order,
    shipment,
    step_word,
)

SENDING_STEPS = {"shipping", "departing", "transporting", "consigning"}
ARRIVING_STEPS = {"receiving", "accepting", "arriving"}
SELLING = {"retail_selling", "retail_sold", "dispensing", "dispensed"}
_PARTS = {int(part): part for part in Part}
_ACTIONS = {int(action): action for action in Action}
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

_DISPOSE_REASONS = {
    "destroying": DisposeReason.DESTROYED,
    "destroyed": DisposeReason.DESTROYED,
    "disposed": DisposeReason.DESTROYED,
    "damaged": DisposeReason.DAMAGED,
    "expired": DisposeReason.EXPIRED,
    "stolen": DisposeReason.STOLEN,
    "sampling": DisposeReason.SAMPLED,
}


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One subject of a statement. ``amount`` is in the product's unit and decimals, 0 where none
    was said.
    """

    part: Part
    subject: Id
    amount: int


@dataclass(frozen=True, slots=True)
class Statement:
    """What ``org`` says. ``hash`` is the SHA-256 of the statement's bytes, ``place`` and
    ``counterparty`` may be 0.
    """

    org: OrgId
    hash: DocumentHash
    action: Action
    step: int
    disposition: int
    occurred_at: Seconds
    place: Id
    counterparty: OrgId
    lines: tuple[StatementLine, ...]

    def of(self, *parts: Part) -> tuple[StatementLine, ...]:
        """The lines that play one of these parts."""
        return tuple(line for line in self.lines if line.part in parts)

    @property
    def words(self) -> set[str]:
        """Business step and disposition as CBV words."""
        return {step_word(self.step), disposition_word(self.disposition)} - {""}


def observations(statement: Statement) -> tuple[c.Observe, ...]:
    """The commands that put a statement on chain, one a line."""
    return tuple(
        c.Observe(
            line.subject, statement.hash, line.part, statement.action, statement.step,
            statement.disposition, Amount(line.amount), statement.occurred_at, statement.place,
            statement.counterparty,
        )
        for line in statement.lines
    )  # fmt: skip


def statements_in(events: Iterable[e.Event]) -> tuple[Statement, ...]:
    """The statements that stand in the events of one operation, in order."""
    groups: dict[tuple[OrgId, DocumentHash], list[e.StatementMade]] = {}
    for event in events:
        if isinstance(event, e.StatementMade):
            groups.setdefault((event.org, event.statement), []).append(event)
    return tuple(_statement(made) for made in groups.values())


def _statement(made: list[e.StatementMade]) -> Statement:
    first = made[0]
    lines = tuple(StatementLine(_part(m.part), m.subject, m.amount) for m in made)
    action = _ACTIONS.get(first.action, Action.NONE)
    return Statement(
        first.org, first.statement, action, first.step, first.disposition, first.occurred_at,
        first.place, first.counterparty, lines,
    )  # fmt: skip


def _part(number: int) -> Part:
    return _PARTS.get(number, Part.NONE)


def acts_of(
    statement: Statement, state: State, expiries: Mapping[Id, Seconds] | None = None
) -> tuple[c.Command, ...]:
    """The acts that follow from a statement; none where it only observes what the ledger already
    says.

    ``expiries`` are those of items that the statement makes, where its document tells them.

    Raises:
        ActRefused: the state contradicts the statement, or it says too little to act on.
    """
    if statement.of(Part.INPUT, Part.OUTPUT):
        return _transformation(statement, expiries or {})
    if statement.of(Part.PARENT, Part.CHILD):
        return _aggregation(statement, state)
    return _object(statement, state, expiries or {})


def _object(
    statement: Statement, state: State, expiries: Mapping[Id, Seconds]
) -> tuple[c.Command, ...]:
    if statement.action is Action.ADD:
        return _commissioning(statement, expiries)
    if statement.words & SELLING:
        return tuple(
            c.SellItem(line.item, line.amount) for line in _items(statement.of(Part.OBJECT))
        )
    if statement.action is Action.DELETE:
        return _disposal(statement)
    return _observation(statement, state, statement.of(Part.OBJECT))


def _items(lines: Iterable[StatementLine]) -> tuple[c.Line, ...]:
    """Lines of acts from lines of a statement: sums by item, in the contract's order."""
    sums: dict[Id, int] = {}
    for line in lines:
        amount = line.amount or (0 if kind_of(line.subject) == Kind.LOT else 1)
        if not amount:
            raise refuse("AmountMissing", item=line.subject)
        sums[line.subject] = sums.get(line.subject, 0) + amount
    return c.lines(sums)


def _movable(lines: Iterable[StatementLine]) -> tuple[StatementLine, ...]:
    """The lines whose subject the ledger can hold: lots, units, logistic units."""
    return tuple(n for n in lines if is_item(n.subject) or kind_of(n.subject) == Kind.LOGISTIC_UNIT)


def _transformation(statement: Statement, expiries: Mapping[Id, Seconds]) -> tuple[c.Command, ...]:
    inputs, outputs = _items(statement.of(Part.INPUT)), _items(statement.of(Part.OUTPUT))
    if not inputs or not outputs:  # told in parts (transformationID): the chain knows no runs
        raise refuse("TransformationIncomplete", statement=statement.hash)
    made = tuple(
        c.Output(line.item, line.amount, expiries.get(line.item, Seconds(0))) for line in outputs
    )
    return (c.TransformItems(inputs, made),)


def _commissioning(statement: Statement, expiries: Mapping[Id, Seconds]) -> tuple[c.Command, ...]:
    items = [line for line in statement.of(Part.OBJECT) if is_item(line.subject)]
    return tuple(
        c.CommissionItem(line.item, line.amount, expiries.get(line.item, Seconds(0)))
        for line in _items(items)
    )


def _disposal(statement: Statement) -> tuple[c.Command, ...]:
    reasons = (
        _DISPOSE_REASONS[word] for word in sorted(statement.words) if word in _DISPOSE_REASONS
    )
    reason = next(reasons, DisposeReason.OTHER)
    items = [line for line in statement.of(Part.OBJECT) if is_item(line.subject)]
    return tuple(c.DisposeItem(line.item, line.amount, reason) for line in _items(items))


def _aggregation(statement: Statement, state: State) -> tuple[c.Command, ...]:
    parent = next((line.subject for line in statement.of(Part.PARENT)), None)
    children = _movable(statement.of(Part.CHILD))
    if statement.action is Action.OBSERVE:
        return _observation(statement, state, _carried(state, parent, children))
    if parent is None or kind_of(parent) != Kind.LOGISTIC_UNIT:
        raise refuse("ParentNotLogisticUnit", item=parent or Id(bytes(32)))
    if statement.action is Action.ADD:
        return (c.PackItems(parent, _items(children)),)
    contents = state.contents.get(parent) or ()
    lines = _items(children) or tuple(c.Line(p.item, Amount(p.amount)) for p in contents)
    return (c.UnpackItems(parent, tuple(sorted(lines, key=lambda n: line_order(n.item)))),)


def _carried(
    state: State, parent: Id | None, children: tuple[StatementLine, ...]
) -> tuple[StatementLine, ...]:
    """The logistic unit itself where the ledger knows it; what it is said to carry where not."""
    if (
        parent is not None
        and kind_of(parent) == Kind.LOGISTIC_UNIT
        and (state.contents.get(parent) or not children)
    ):
        _require_same_contents(state, parent, children)
        return (StatementLine(Part.OBJECT, parent, 1),)
    return children


def _require_same_contents(state: State, parent: Id, children: tuple[StatementLine, ...]) -> None:
    for line in children:
        packed = state.packed(parent, line.subject)
        if line.amount and packed != line.amount:
            raise refuse("AmountDiffers", item=line.subject, known=packed, said=line.amount)


def _observation(
    statement: Statement, state: State, lines: tuple[StatementLine, ...]
) -> tuple[c.Command, ...]:
    movable = _without_contents(state, _movable(lines))
    if not movable:
        return ()
    if "recalled" in statement.words:
        items = tuple(line.subject for line in movable if is_item(line.subject))
        return (c.RecallItems(items, statement.hash),) if items else ()
    step = step_word(statement.step)
    if step in SENDING_STEPS:
        return _sending(statement, state, movable)
    if step in ARRIVING_STEPS:
        return _arriving(statement, state, movable)
    _require_here(statement, state, movable)
    return ()


def _without_contents(state: State, lines: tuple[StatementLine, ...]) -> tuple[StatementLine, ...]:
    """Leaves out items that are inside a logistic unit of the same list: they move with it."""
    units = [line.subject for line in lines if not is_item(line.subject)]
    return tuple(
        line for line in lines if not any(state.packed(unit, line.subject) for unit in units)
    )


def _sending(
    statement: Statement, state: State, lines: tuple[StatementLine, ...]
) -> tuple[c.Command, ...]:
    org, to = statement.org, statement.counterparty
    if to == org:
        _require_here(statement, state, lines)
        return ()
    if not to:
        raise refuse("ReceiverUnknown", statement=statement.hash)
    wanted = _items(lines)
    if step_word(statement.step) != "shipping" and _on_the_way(state, org, to, wanted):
        return ()
    return (c.ShipItems(shipment_of(statement.hash), to, wanted),)


def shipment_of(statement: DocumentHash) -> Id:
    """The shipment id of a statement that ships: 20 characters of Crockford base 32 from its hash.

    Despatch numbers in documents may be longer than 20 characters and used twice; the hash is
    neither.
    """
    bits = int.from_bytes(statement[:13], "big") >> 4
    text = "".join(_CROCKFORD[bits >> 5 * i & 31] for i in reversed(range(20)))
    return shipment(text).id


def _on_the_way(state: State, org: OrgId, to: OrgId, lines: tuple[c.Line, ...]) -> bool:
    def under_way(item: Id) -> int:
        return sum(w.amount for w in state.transit.get((to, item)) or () if w.shipper == org)

    return all(under_way(line.item) >= line.amount for line in lines)


def _arriving(
    statement: Statement, state: State, lines: tuple[StatementLine, ...]
) -> tuple[c.Command, ...]:
    org, shipper = statement.org, statement.counterparty
    if shipper == org:
        _require_here(statement, state, lines)
        return ()
    receipts: dict[tuple[OrgId, Id], list[c.Line]] = {}
    for line in _items(lines):
        left = int(line.amount)
        for way in state.transit.get((org, line.item)) or ():
            if left and shipper in (0, way.shipper):
                took = min(left, way.amount)
                receipts.setdefault((way.shipper, way.shipment), []).append(
                    c.Line(line.item, Amount(took))
                )
                left -= took
        if left and not _already_here(statement, state, line):
            _refuse_receipt(statement, state, line, int(line.amount) - left)
    return tuple(
        c.ReceiveShipment(OrgId(key[0]), key[1], tuple(taken)) for key, taken in receipts.items()
    )


def _already_here(statement: Statement, state: State, line: c.Line) -> bool:
    """Goods accepted or arrived after they were received: a second word for the same."""
    return (
        step_word(statement.step) != "receiving"
        and state.held(line.item, statement.org) >= line.amount
    )


def _refuse_receipt(statement: Statement, state: State, line: c.Line, found: int) -> None:
    if is_item(line.item) and state.items.get(line.item) is None:
        raise refuse("ItemUnknown", item=line.item)
    raise refuse(
        "NothingShipped", item=line.item, org=statement.org, shipper=statement.counterparty,
        in_transit=found, wanted=int(line.amount),
    )  # fmt: skip


def _require_here(statement: Statement, state: State, lines: tuple[StatementLine, ...]) -> None:
    """Goods that are seen somewhere should be held by who sees them."""
    for line in lines:
        unit = kind_of(line.subject) == Kind.LOGISTIC_UNIT
        if not unit and state.items.get(line.subject) is None:
            raise refuse("ItemUnknown", item=line.subject)
        held = state.held(line.subject, statement.org)
        if held < max(line.amount, 1) and not _inside(state, statement.org, line.subject):
            raise refuse(
                "ItemElsewhere", item=line.subject, org=statement.org, held=held, wanted=line.amount
            )


def _inside(state: State, org: OrgId, item: Id) -> bool:
    """Whether any of an item may be in a logistic unit: then what is seen cannot be weighed
    against holdings.
    """
    known = state.items.get(item)
    if known is None:
        return False
    accounted = known.consumed + known.sold + known.disposed
    return known.made - accounted > state.held(item, org) and known.maker == org
