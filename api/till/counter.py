"""One request of a till at work: its transaction, what was found for it, what was scanned."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from api.acceptance import Acceptance
from api.till.asked import Teller
from api.till.goods import Goods, Shelf
from api.till.points import Programmes
from ledger import commands as c
from ledger.vocabulary import Id, Verdict
from records import outbox
from records.scans.details import StaffKind
from records.scans.staff import add_staff_all, staff_details

MOST_GAS = 6_000_000
"""Of one operation, by the estimates below: any chain has room for it in a block."""
_FIRST_OF_LIST, _OF_LIST, _BY_AMOUNT, _POINTS = 80_000, 8_000, 20_000, 40_000


class Counter:
    """What all sales and returns of one request share."""

    def __init__(self, acceptance: Acceptance, teller: Teller) -> None:
        self.acceptance, self.teller = acceptance, teller
        self.shelf = Shelf(acceptance)
        self.numbers: set[str] = set()
        """Of the receipts that this request makes."""
        self._scanned: dict[Id, None] = {}
        self._operations: dict[str, outbox.Operation] = {}

    @cached_property
    def programmes(self) -> Programmes:
        """Where the seller lets earn."""
        return Programmes(self.acceptance)

    def scan(self, code: str, field: str) -> Goods:
        """What a code stands for; that staff read it is kept.

        Raises:
            CommandInvalid, ActRefused: as `Shelf.find`.
        """
        goods = self.shelf.find(code, field)
        self._scanned[goods.subject] = None
        return goods

    def keep_scans(self, kind: StaffKind, site: str | None) -> None:
        """Keeps what staff read since the last time, each code once."""
        details = [
            staff_details(
                subject,
                kind,
                org=self.teller.org,
                site=site or "",
                key_id=self.teller.key_id,
                verdict=Verdict.REGISTERED,
                place=self.teller.place,
            )
            for subject in self._scanned
        ]
        add_staff_all(self.acceptance.records, details, self.acceptance.services.now())
        self._scanned.clear()

    def submit(
        self, purpose: str, commands: Iterable[c.Command], needs: Sequence[str] = ()
    ) -> list[outbox.Operation]:
        """Accepts acts of one contract that were judged, in as many operations as they need."""
        return [self.acceptance.submit(purpose, part, needs) for part in in_operations(commands)]

    def operation(self, operation: str) -> outbox.Operation:
        """An operation that was accepted before."""
        if operation not in self._operations:
            self._operations[operation] = outbox.get(self.acceptance.records, operation)
        return self._operations[operation]


def in_operations(commands: Iterable[c.Command]) -> Iterator[list[c.Command]]:
    """Acts in their order, in parts that fit a block."""
    part: list[c.Command] = []
    gas = 0
    for command in commands:
        more = _gas(command)
        if part and gas + more > MOST_GAS:
            yield part
            part, gas = [], 0
        part.append(command)
        gas += more
    if part:
        yield part


def _gas(command: c.Command) -> int:
    """About what an act costs beside others, generously (docs/contracts.md)."""
    match command:
        case c.SellUnits() | c.ReturnUnits():
            return _FIRST_OF_LIST + _OF_LIST * len(command.indexes)
        case c.ClawBackUnits():
            return _POINTS * len(command.indexes)
        case c.AwardPoints() | c.ClawBackAward():
            return _POINTS
    return _BY_AMOUNT
