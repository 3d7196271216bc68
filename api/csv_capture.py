"""The supplier's CSV on its way to the ledger: all lines can be performed, or none is taken.

A line acts directly, so unlike an EPCIS event it is refused where the ledger's state forbids it.
Lines that ship to one receiver under one reference are one shipment, hence one operation.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from api.intake import Said
from ledger import commands as c
from ledger import csv_lines
from ledger.amounts import PIECE, amount_of, converted
from ledger.csv_lines import Act, CsvLine
from ledger.errors import ActRefused, CsvInvalid, InvalidInput
from ledger.hashing import canonical, document_hash
from ledger.history import State
from ledger.refusals import refuse
from ledger.rules import decide, prefix_length
from ledger.statements import Statement, StatementLine
from ledger.vocabulary import (
    NOTHING,
    Action,
    Amount,
    DisposeReason,
    DocumentHash,
    Gs1Key,
    Id,
    OrgId,
    Part,
    Seconds,
    disposition_number,
    product_of,
    step_number,
)

_FIELDS = {
    "HoldingTooSmall": "quantity",
    "AmountInvalid": "quantity",
    "NotInTransit": "quantity",
    "NotPacked": "quantity",
    "ExpiryDiffers": "expiry",
    "ReceiverInvalid": "to",
    "ShipmentAlreadyExists": "shipment",
    "ShipmentUnknown": "shipment",
    "NotTheReceiver": "shipment",
    "LogisticUnitNotHeld": "sscc",
    "UnitInvalid": "unit",
}
"""The column to look at, by refusal; the GTIN where none is named."""

_SPOKEN = {
    Act.PRODUCT: (Action.NONE, "", ""),
    Act.COMMISSION: (Action.ADD, "commissioning", "active"),
    Act.SHIP: (Action.OBSERVE, "shipping", "in_transit"),
    Act.RECEIVE: (Action.OBSERVE, "receiving", "in_progress"),
    Act.PACK: (Action.ADD, "packing", ""),
    Act.UNPACK: (Action.DELETE, "unpacking", ""),
    Act.SELL: (Action.DELETE, "retail_selling", "retail_sold"),
    Act.DISPOSE: (Action.DELETE, "decommissioning", "disposed"),
    Act.RECALL: (Action.OBSERVE, "holding", "recalled"),
    Act.RELEASE: (Action.OBSERVE, "inspecting", "available"),
}
"""A line in EPCIS words: action, business step, disposition."""


def read_lines(state: State, org: OrgId, data: bytes, now: Seconds) -> tuple[Said, ...]:
    """The lines of a supplier's file as statements of ``org`` with their acts.

    Raises:
        CsvInvalid: a line cannot be read or performed; all such lines are in ``faults``.
    """
    ahead = state.overlay()
    faults: list[dict[str, Any]] = []
    taken: list[Said] = []
    for group in _grouped(csv_lines.read(data, now)):
        try:
            taken.append(_performed(ahead, org, group, now))
        except (ActRefused, InvalidInput) as error:
            column = error.field if isinstance(error, InvalidInput) else ""
            column = column or _FIELDS.get(getattr(error, "code", ""), "gtin")
            faults.append({"line": group[0].line, "field": column, "reason": error.message})
    if faults:
        first = faults[0]
        raise CsvInvalid(
            f"line {first['line']}, {first['field']}: {first['reason']}",
            field=first["field"],
            line=first["line"],
            faults=faults,
        )
    return tuple(taken)


def _grouped(lines: tuple[CsvLine, ...]) -> list[list[CsvLine]]:
    groups: dict[object, list[CsvLine]] = {}
    for line in lines:
        key = (line.to, line.shipment) if line.act is Act.SHIP else line.line
        groups.setdefault(key, []).append(line)
    return list(groups.values())


def _performed(ahead: State, org: OrgId, group: list[CsvLine], now: Seconds) -> Said:
    """The group as one statement with others beside it; the state moves on as if performed."""
    desk = _Line(ahead, org, now)
    said = [desk.said(line) for line in group]
    if ahead.said.get((org, said[0].statement.hash)) is None:
        commands = desk.commands(group)
        for event in decide(ahead, org, commands, now):
            ahead.apply(event, now)
        said[0] = replace(said[0], commands=commands, attachments=desk.attachments)
    return replace(said[0], with_others=tuple(said[1:]))


class _Line:
    """Reads lines against a state."""

    def __init__(self, state: State, org: OrgId, now: Seconds) -> None:
        self.state, self.org, self.now = state, org, now
        self.attachments: tuple[tuple[bytes, str], ...] = ()

    def said(self, line: CsvLine) -> Said:
        """A line as a statement."""
        action, step, disposition = _SPOKEN[line.act]
        statement = Statement(
            org=self.org,
            hash=line.statement,
            action=action,
            step=step_number(step),
            disposition=disposition_number(disposition),
            occurred_at=line.occurred_at or self.now,
            place=NOTHING,
            counterparty=self._counterparty(line),
            lines=self._subjects(line),
        )
        pointer = f"/{line.line}"
        return Said(statement, line.raw, pointer, line.line, {}, commands=())

    def _subjects(self, line: CsvLine) -> tuple[StatementLine, ...]:
        subject = line.item or line.logistic_unit or line.product
        assert subject is not None, "the reader demands a subject"
        if line.act is Act.PRODUCT or line.act is Act.RELEASE:
            return (StatementLine(Part.NONE, subject.id, 0),)
        if line.act in (Act.PACK, Act.UNPACK):
            assert line.logistic_unit is not None, "the reader demands a logistic unit"
            parent = StatementLine(Part.PARENT, line.logistic_unit.id, 1)
            return (parent, StatementLine(Part.CHILD, subject.id, self._amount(line)))
        amount = 0 if line.act is Act.RECALL else self._amount(line)
        return (StatementLine(Part.OBJECT, subject.id, amount),)

    def _counterparty(self, line: CsvLine) -> OrgId:
        party = line.to or line.source
        if party is None:
            return OrgId(0)
        known = self.state.parties.get(party.id)
        if known is None:
            field = "to" if line.to else "from"
            raise CsvInvalid(f"no organisation has the GLN {party}", field=field, line=line.line)
        return known

    def _amount(self, line: CsvLine) -> Amount:
        """A line's quantity as its product counts it; 1 for units and logistic units."""
        if line.quantity is None or line.item is None:
            return Amount(1)
        product = self.state.products.get(product_of(line.item.id))
        if product is None:
            raise refuse("ProductUnknown", product=product_of(line.item.id))
        value = line.quantity
        if line.unit:
            value = converted(value, line.unit, product.unit or PIECE, "quantity")
        return amount_of(value, product.decimals, "quantity")

    def commands(self, group: list[CsvLine]) -> tuple[c.Command, ...]:
        """The acts of a group: of its one line, or one shipment of all."""
        first = group[0]
        if first.act is not Act.SHIP:
            return (self._command(first),)
        assert first.shipment is not None, "the reader demands a shipment"
        sums: dict[Id, int] = {}
        for line in group:
            subject = _moved(line).id
            sums[subject] = sums.get(subject, 0) + self._amount(line)
        return (c.ShipItems(first.shipment.id, self._counterparty(first), c.lines(sums)),)

    def _command(self, line: CsvLine) -> c.Command:
        if line.act is Act.PRODUCT:
            return self._product(line)
        if line.act is Act.RECEIVE:
            return self._receipt(line)
        if line.act in (Act.PACK, Act.UNPACK):
            return self._packing(line)
        return self._on_item(line, _item(line))

    def _on_item(self, line: CsvLine, item: Id) -> c.Command:
        match line.act:
            case Act.COMMISSION:
                return c.CommissionItem(item, self._amount(line), line.expiry or Seconds(0))
            case Act.SELL:
                return c.SellItem(item, self._amount(line))
            case Act.DISPOSE:
                return c.DisposeItem(item, self._amount(line), _reason(line))
            case Act.RECALL:
                return c.RecallItems((item,), line.statement)
            case _:
                return c.ReleaseItems((item,), line.statement)

    def _product(self, line: CsvLine) -> c.Command:
        assert line.product is not None, "the reader demands a GTIN"
        names = {"en": line.name, "zh": line.name_zh or line.name}
        description = canonical({"name": names})
        self.attachments = ((description, "application/json"),)
        return c.RegisterProduct(
            line.product.id,
            prefix_length(self.state, self.org, line.product.id),
            (line.unit or PIECE).encode().ljust(3, b"\0"),
            line.decimals or 0,
            document_hash(description),
        )

    def _receipt(self, line: CsvLine) -> c.Command:
        assert line.shipment is not None, "the reader demands a shipment"
        lines = c.lines({_moved(line).id: self._amount(line)})
        return c.ReceiveShipment(self._counterparty(line), line.shipment.id, lines)

    def _packing(self, line: CsvLine) -> c.Command:
        assert line.logistic_unit is not None, "the reader demands a logistic unit"
        kind = c.PackItems if line.act is Act.PACK else c.UnpackItems
        return kind(line.logistic_unit.id, c.lines({_item(line): self._amount(line)}))


def _item(line: CsvLine) -> Id:
    assert line.item is not None, "the reader demands a lot or serial"
    return line.item.id


def _moved(line: CsvLine) -> Gs1Key:
    moved = line.item or line.logistic_unit
    assert moved is not None, "the reader demands something that moves"
    return moved


def _reason(line: CsvLine) -> DisposeReason:
    return DisposeReason[(line.reason or "other").upper()]


def statements_of(data: bytes, now: Seconds) -> dict[int, DocumentHash]:
    """The statement of each line of a file, by line: what an audit computes again."""
    return {line.line: line.statement for line in csv_lines.read(data, now)}
