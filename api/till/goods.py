"""What a scanned code stands for at the till, and whether it may be sold at all."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal

from api.acceptance import Acceptance
from api.known_units import KnownUnit, locate
from api.languages import marked
from api.planning import load_goods
from api.till.asked import Quantity
from ledger.amounts import amount_of
from ledger.errors import CommandInvalid, InvalidInput
from ledger.gs1 import DigitalLink
from ledger.gs1.scanned import read_scanned
from ledger.history import State
from ledger.refusals import refuse
from ledger.vocabulary import Amount, Id, Kind, kind_of, product_of


@dataclass(frozen=True, slots=True)
class Goods:
    """A lot, a serialised unit, or the unit of a lot with an ``index``; ``subject`` is what its
    code names. ``each`` is how much one is, None for a lot, of which there is any amount.
    """

    subject: Id
    item: Id
    each: Amount | None
    issue: int | None = None
    index: int | None = None
    unit: Id | None = None


_WORTH_LOADING = 3


class Shelf:
    """Finds goods by code, for one request: what was found once is remembered."""

    def __init__(self, acceptance: Acceptance) -> None:
        self._acceptance = acceptance
        self._hosts = acceptance.services.settings.known_hosts
        self._found: dict[str, Goods] = {}

    def find(self, code: str, field: str) -> Goods:
        """What a code stands for, whether or not it may be sold.

        Raises:
            CommandInvalid: it cannot be read, or names a product without lot or serial.
            ActRefused: nothing like this is known, or it is not for sale yet.
        """
        if code not in self._found:
            self._found[code] = self._find(code, field)
        return self._found[code]

    def load(self, codes: Iterable[str]) -> None:
        """Loads at once what is known of many codes' lots."""
        lots: dict[Id, None] = {}
        for code in dict.fromkeys(codes):
            with suppress(InvalidInput):  # told where it is looked at
                links = read_scanned(code, self._hosts)
                lots |= {link.lot.id: None for link in links if link.lot is not None}
        at = self._acceptance
        if len(lots) >= _WORTH_LOADING:
            load_goods(at.mirror, at.state, ((at.org, each) for each in lots))

    def _find(self, code: str, field: str) -> Goods:
        try:
            links = read_scanned(code, self._hosts)
        except InvalidInput as error:
            text = marked("This is no code that can be sold: scan it again, or type GTIN/LOT.")
            raise CommandInvalid(text, field=field, template=text, why=error.message) from error
        for link in links:
            found = self._goods(link)
            if found is not None:
                return found
        key = links[0].key
        if key is None or key.kind not in (Kind.LOT, Kind.UNIT):
            raise CommandInvalid(f"{field}: a lot or a serial number is needed", field=field)
        raise refuse("ItemUnknown", item=key.id)

    def _goods(self, link: DigitalLink) -> Goods | None:
        if link.key is None or link.key.kind not in (Kind.LOT, Kind.UNIT):
            return None
        key = link.key.id
        known = locate(self._acceptance, key) if kind_of(key) == Kind.UNIT else None
        if known is not None:
            return self._of_run(known, link)
        if self._acceptance.state.items.get(key) is None:
            return None
        return Goods(key, key, Amount(1) if kind_of(key) == Kind.UNIT else None)

    def _of_run(self, known: KnownUnit, link: DigitalLink) -> Goods:
        unit = known.unit or known.lot
        if link.lot is not None and link.lot.id != known.lot:
            raise refuse("LotDiffers", unit=unit, lot=link.lot.id)
        if not known.activated:
            raise refuse("UnitNotActivated", unit=unit)
        issue = self._acceptance.state.unit_issues.get((known.lot, known.issue or 0))
        if known.issue is None or known.index is None or issue is None:
            raise refuse("UnitNotIssued", unit=unit)
        each = Amount(issue.each)
        return Goods(unit, known.lot, each, known.issue, known.index, known.unit)


def quantity_of(state: State, goods: Goods, asked: Quantity | None, field: str) -> Amount:
    """How much of goods is meant, in the smallest part of the product's unit.

    Raises:
        CommandInvalid: missing for a lot, no number, or other than 1 of a unit.
        ActRefused: the product is not registered.
    """
    if goods.each is not None:
        if asked is not None and Decimal(amount_of(asked, 0, field)) != 1:
            raise CommandInvalid(f"{field}: a unit is sold as one", field=field)
        return goods.each
    if asked is None:
        raise CommandInvalid(f"{field} is missing", field=field)
    product = state.products.get(product_of(goods.item))
    if product is None:
        raise refuse("ProductUnknown", product=product_of(goods.item))
    return amount_of(asked, product.decimals, field)
