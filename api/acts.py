"""From what a request asks for to commands: keys are read, amounts converted, organisations found.

Every fault names the field it is in. What the rules say to an act is asked later, in `api.capture`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise

from api.capture import planning_state
from api.dependencies import View
from api.schemas import requests as r
from indexer.queries.shipments import shipment
from ledger import commands as c
from ledger import vocabulary as v
from ledger.amounts import amount_of
from ledger.errors import CommandInvalid, InvalidInput
from ledger.gs1 import parse_any
from ledger.history import Product
from ledger.refusals import refuse

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_LATEST_EXPIRY = 2**40 - 1
_LARGEST_ORG = 2**32 - 1
_SHORTEST_PREFIX, _LONGEST_PREFIX = 6, 12


class Desk:
    """Reads what an organisation asks for, against the mirror and what is on its way to it."""

    def __init__(self, view: View, org: v.OrgId) -> None:
        self.org = org
        self.mirror = view.mirror
        self.state = planning_state(view.mirror, view.records, view.services.now())

    # --- single values ---

    def key(self, thing: r.ThingIn, field: str) -> v.Gs1Key:
        """The key that a request names.

        Raises:
            CommandInvalid: none, several, or a wrong one.
        """
        try:
            return _key(thing, field)
        except CommandInvalid:
            raise
        except InvalidInput as error:
            raise CommandInvalid(error.message, field=_within(field, thing)) from error

    def organisation(self, value: int | str, field: str) -> v.OrgId:
        """An organisation by number or GLN.

        Raises:
            CommandInvalid: there is none.
        """
        if isinstance(value, int):
            org = v.OrgId(value if 0 < value <= _LARGEST_ORG else 0)
        else:
            org = self.state.parties.get(self._party(value, field)) or v.OrgId(0)
        if not org or self.state.organisations.get(org) is None:
            raise CommandInvalid(f"{field}: there is no organisation {value}", field=field)
        return org

    def _party(self, value: str, field: str) -> v.Id:
        try:
            key = parse_any(value) if ":" in value else v.party(value)
        except InvalidInput as error:
            raise CommandInvalid(error.message, field=field) from error
        if key.kind is not v.Kind.PARTY:
            raise CommandInvalid(f"{field}: {value} is no party", field=field)
        return key.id

    def product(self, gtin: str, field: str) -> tuple[v.Id, Product]:
        """A registered product with its id.

        Raises:
            CommandInvalid: no GTIN.
            ActRefused: it is not registered.
        """
        packed = self.gtin(gtin, field)
        return packed, self._registered(packed)

    def _registered(self, packed: v.Id) -> Product:
        found = self.state.products.get(packed)
        if found is None:
            raise refuse("ProductUnknown", product=packed)
        return found

    def gtin(self, gtin: str, field: str) -> v.Id:
        """A product's id.

        Raises:
            CommandInvalid: no GTIN.
        """
        try:
            return v.product(gtin).id
        except InvalidInput as error:
            raise CommandInvalid(error.message, field=field) from error

    def amount(self, value: str | int | Decimal | None, item: v.Id, field: str) -> v.Amount:
        """An amount of an item in the smallest part of its product's unit.

        Raises:
            CommandInvalid: missing for a lot, no number, or with too many decimals.
            ActRefused: the product is not registered.
        """
        if v.kind_of(item) == v.Kind.LOT:
            if value is None:
                raise CommandInvalid(f"{field} is missing", field=field)
            return amount_of(value, self._registered(v.product_of(item)).decimals, field)
        return v.Amount(1) if value is None else amount_of(value, 0, field)

    # --- lists ---

    def lines(self, lines: Sequence[r.LineIn], field: str) -> tuple[c.Line, ...]:
        """Lines in the contract's order.

        Raises:
            CommandInvalid: a wrong line, or one thing twice.
        """
        read = []
        for i, line in enumerate(lines):
            here = f"{field}[{i}]"
            item = self.key(line, here).id
            read.append(c.Line(item, self.amount(line.amount, item, f"{here}.amount")))
        return _in_order(read, field)

    def outputs(self, lines: Sequence[r.OutputIn], field: str) -> tuple[c.Output, ...]:
        """Outputs in the contract's order.

        Raises:
            CommandInvalid: a wrong line, or one thing twice.
        """
        plain = self.lines(lines, field)
        expiries = {
            self.key(line, field).id: seconds(line.expiry, f"{field}[{i}].expiry")
            for i, line in enumerate(lines)
        }
        return tuple(c.Output(n.item, n.amount, expiries[n.item]) for n in plain)

    def items(self, things: Iterable[r.ThingIn], field: str) -> tuple[v.Id, ...]:
        """Ids of items."""
        return tuple(self.key(thing, f"{field}[{i}]").id for i, thing in enumerate(things))

    # --- shipments ---

    def shipment_key(self, reference: str | None, gsin: str | None) -> v.Id:
        """A shipment's id.

        Raises:
            CommandInvalid: neither or both, or a wrong one.
        """
        if bool(reference) == bool(gsin):
            raise CommandInvalid("reference or gsin is needed, not both", field="reference")
        try:
            return v.shipment(reference or "", gsin=gsin or "").id
        except InvalidInput as error:
            field = "gsin" if gsin else "reference"
            raise CommandInvalid(error.message, field=field) from error

    def open_lines(
        self, shipper: v.OrgId, packed: v.Id, lines: Sequence[r.LineIn] | None
    ) -> tuple[c.Line, ...]:
        """The lines that are named, or all that is still on its way.

        Raises:
            ActRefused: there is no such shipment, or nothing of it is on its way.
        """
        if lines is not None:
            return self.lines(lines, "lines")
        known = shipment(self.mirror, shipper, packed)
        if known is None:
            raise refuse("ShipmentUnknown", shipper=shipper, shipment=packed)
        still = [c.Line(n.item, v.Amount(n.open)) for n in known.lines if n.open]
        if not still:
            first, gone = known.lines[0].item, {"in_transit": 0, "wanted": 1}
            raise refuse("NotInTransit", item=first, shipper=shipper, shipment=packed, **gone)
        return _in_order(still, "lines")

    # --- products ---

    def prefix_length(self, product_id: v.Id) -> int:
        """Digits of the caller's company prefix that a product lies under; 0 where there is none.

        GTIN-14: the indicator digit comes before the prefix (GS1 General Specifications, 2.1).
        """
        digits = v.key_of(product_id).digits[1:]
        lengths = range(_LONGEST_PREFIX, _SHORTEST_PREFIX - 1, -1)
        owned = (n for n in lengths if self.state.prefixes.get((n, int(digits[:n]))) == self.org)
        return next(owned, 0)


def seconds(expiry: str | None, field: str) -> v.Seconds:
    """An expiry for the chain, 0 for none; a date means its last second, UTC.

    Raises:
        CommandInvalid: no date or time with offset, before 1970 or beyond what the chain counts.
    """
    if expiry is None:
        return v.Seconds(0)
    wrong = CommandInvalid(f"{field} must be a date, or a time with its offset", field=field)
    try:
        date = _DATE.fullmatch(expiry)
        moment = datetime.fromisoformat(f"{expiry}T23:59:59+00:00" if date else expiry)
    except ValueError as error:
        raise wrong from error
    if moment.tzinfo is None:
        raise wrong
    counted = int((moment - _EPOCH).total_seconds())
    if not 0 < counted <= _LATEST_EXPIRY:
        raise CommandInvalid(f"{field} is out of range", field=field)
    return v.Seconds(counted)


def _key(thing: r.ThingIn, field: str) -> v.Gs1Key:
    ways = (thing.item, thing.gtin, thing.sscc)
    if sum(way is not None for way in ways) != 1 or (
        thing.gtin is None and (thing.lot or thing.serial)
    ):
        raise CommandInvalid(
            f"{field}: one of item, gtin with lot or serial, and sscc is needed", field=field
        )
    if thing.item is not None:
        key = parse_any(thing.item)
    elif thing.sscc is not None:
        key = v.logistic_unit(thing.sscc)
    elif thing.serial is not None:
        key = v.unit(thing.gtin or "", thing.serial)
    else:
        key = v.lot(thing.gtin or "", thing.lot or "")
    if key.kind not in (v.Kind.LOT, v.Kind.UNIT, v.Kind.LOGISTIC_UNIT):
        raise CommandInvalid(f"{field}: a {key.label} has no amount", field=field)
    return key


def _within(field: str, thing: r.ThingIn) -> str:
    """The field that the fault of a key lies in."""
    named = "item" if thing.item is not None else "sscc" if thing.sscc is not None else "gtin"
    return f"{field}.{named}" if field else named


def _in_order(lines: Sequence[c.Line], field: str) -> tuple[c.Line, ...]:
    ordered = sorted(lines, key=lambda line: v.line_order(line.item))
    for before, after in pairwise(ordered):
        if before.item == after.item:
            said = v.text_of(after.item)
            raise CommandInvalid(f"{field} names {said} twice", field=field)
    return tuple(ordered)
