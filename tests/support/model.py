"""The plain rules and the real contracts side by side: both are asked the same and compared.

    both = Both(ContractChain(anvil))
    both.perform(Offer(FARM, (c.CommissionItem(item, 10, 0),)))
    both.compare()

They agree where both accept and tell the same events, or both refuse with the same error and
values. Where the rules tell another thing on purpose, `_is_meant` names it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from ledger import commands as c
from ledger import events as e
from ledger import vocabulary as v
from ledger.errors import ActRefused, KeyInvalid
from ledger.history import State
from ledger.refusals import refuse
from ledger.rules import decide
from tests.support.cast import ORGS
from tests.support.contract_chain import ContractChain, Outcome
from tests.support.offers import Offer


@dataclass
class Tally:
    """What was reached over many walks: operations, refusals by code, events by name."""

    operations: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    events: Counter[str] = field(default_factory=Counter)

    def count(self, outcome: Outcome) -> None:
        self.operations += 1
        if isinstance(outcome, ActRefused):
            self.refused[outcome.code] += 1
        else:
            self.events.update(type(event).__name__ for event in outcome)


class Both:
    """One walk over both. `now` is the time of the next block; it stands still for refusals."""

    def __init__(self, chain: ContractChain, tally: Tally | None = None) -> None:
        self.chain, self.now, self.tally = chain, chain.now, tally or Tally()
        self.state, self.told = State(), State()
        """Moved on by what the rules decide, and by what the chain's logs tell."""
        for event, at in chain.opening:
            self.state.apply(event, at)
            self.told.apply(event, at)
        self.used: dict[v.OrgId, set[int]] = {org: set() for org in ORGS}

    def govern(self, function: str, *arguments: Any) -> None:
        """The registry has no rules in Python: what it says is taken in."""
        outcome = self.chain.govern(function, *arguments, now=self.now)
        assert not isinstance(outcome, ActRefused), outcome
        self._move(outcome, outcome)

    def perform(self, offer: Offer, operation: int | None = None) -> None:
        """Asks both and compares; a further operation unless its number is given."""
        used = self.used[offer.org]
        number = next(n for n in count() if n not in used) if operation is None else operation
        ruled = self._ruled(offer, number)
        told = self.chain.perform(
            offer.org, number, offer.commands, self.now, ask_only=isinstance(ruled, ActRefused)
        )
        self.tally.count(ruled)
        agree = _agree(ruled, told) or _is_meant(ruled, told, offer)
        assert agree, f"{offer}\n  the rules: {_text(ruled)}\n  the chain: {_text(told)}"
        if not isinstance(ruled, ActRefused) and not isinstance(told, ActRefused):
            used.add(number)
            self._move(ruled, told)

    def _ruled(self, offer: Offer, number: int) -> Outcome:
        acting = self.state.organisations.get(offer.org)
        if number in self.used[offer.org] and acting and not acting.suspended:
            return refuse("OperationAlreadyPerformed", org=offer.org, operation=number)
        try:
            acts = decide(self.state, offer.org, offer.commands, v.Seconds(self.now))
        except ActRefused as refused:
            return refused
        return [e.OperationPerformed(offer.org, self.chain.key(offer.org), number), *acts]

    def _move(self, ruled: Iterable[e.Event], told: Iterable[e.Event]) -> None:
        for state, events in ((self.state, ruled), (self.told, told)):
            for event in events:
                state.apply(event, v.Seconds(self.now))
        self.now += 1

    # --- in the end ---

    def compare(self) -> None:
        """Both folds row by row, and everything that ever moved against the contract's views."""
        for name in State.TABLES:
            ruled, told = (dict(getattr(s, name).rows()) for s in (self.state, self.told))
            assert ruled == told, name
        expected = dict(self._amounts())
        asked = self.chain.amounts(list(expected))
        assert expected == dict(zip(expected, asked, strict=True))

    def _amounts(self) -> Iterator[tuple[tuple[Any, ...], int]]:
        state = self.state
        items = {item for item, _ in state.holdings.changed}
        for item in items:
            for org in ORGS:
                yield ("holding", item, org), state.held(item, org)
            for unit in state.contents.changed:
                yield ("packed", unit, item), state.packed(unit, item)
        for (shipper, shipment), known in state.shipments.rows():
            for item in {item for org, item in state.transit.changed if org == known.receiver}:
                there = state.in_transit(shipper, shipment, item)
                yield ("inTransit", shipper, shipment, item), there


def _agree(ruled: Outcome, told: Outcome) -> bool:
    if isinstance(ruled, ActRefused) and isinstance(told, ActRefused):
        return (ruled.code, ruled.values) == (told.code, told.values)
    if isinstance(ruled, ActRefused) or isinstance(told, ActRefused):
        return False
    return _numbered(ruled) == _numbered(told)


def _numbered(events: Iterable[e.Event]) -> list[e.Event]:
    """With transformations counted from 0: their numbers are known to the chain only."""
    numbers: dict[int, int] = {}
    return [
        replace(event, transformation=numbers.setdefault(event.transformation, len(numbers)))
        if isinstance(event, e.ItemConsumed | e.ItemProduced)
        else event
        for event in events
    ]


def _is_meant(ruled: Outcome, told: Outcome, offer: Offer) -> bool:
    """The three things that `ledger.rules` tells otherwise than the contract."""
    if not isinstance(ruled, ActRefused):
        return False
    code, values = (told.code, told.values) if isinstance(told, ActRefused) else ("", {})
    if (ruled.code, code) == ("ItemUnknown", "HoldingTooSmall"):
        return (values["item"], values["held"]) == (ruled.values["item"], 0)
    if {ruled.code, code} <= {"ItemIsRecalled", "ItemIsExpired"}:
        return any(_ships_a_logistic_unit(command) for command in offer.commands)
    return ruled.code == "IdInvalid" and _is_readable(ruled.values["id"])


def _ships_a_logistic_unit(command: c.Command) -> bool:
    is_shipment = isinstance(command, c.ShipItems)
    return is_shipment and any(line.item[0] == v.Kind.LOGISTIC_UNIT for line in command.lines)


def _is_readable(packed: bytes) -> bool:
    """Whether an id that is not exact GS1 is good enough for the contract."""
    try:
        v.key_of(packed)
    except KeyInvalid:
        text = packed[9:29].rstrip(b"\0")
        number = int.from_bytes(packed[1:9], "big")
        is_item = packed[0] in (v.Kind.LOT, v.Kind.UNIT) and 0 < number < 10**14
        is_shipment = packed[0] == v.Kind.SHIPMENT and not number
        reads = bool(text) and all(0x21 <= byte <= 0x7A for byte in text) and not any(packed[29:])
        return reads and (is_item or is_shipment)
    return False


def _text(outcome: Outcome) -> str:
    if isinstance(outcome, ActRefused):
        return f"{outcome.code}: {outcome}"
    return "\n    ".join(["accepted", *map(repr, outcome)])
