"""The plain rules and the real contracts side by side: both are asked the same and compared.

    both = Both(ContractChain(anvil))
    both.perform(Offer(FARM, (c.CommissionItem(item, 10, 0),)))
    both.compare()

They agree where both accept and tell the same events, or both refuse with the same error and
values. Where the rules tell another thing on purpose, `_is_meant` names it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
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
from tests.support.views import known


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
        self.used: dict[tuple[v.OrgId, str], set[int]] = {
            (org, contract): set() for org in ORGS for contract in e.DOORS
        }
        self._remember(chain.first_facts)

    def govern(self, function: str, *arguments: Any) -> None:
        """The registry has no rules in Python: what it says is taken in."""
        outcome = self.chain.govern(function, *arguments, now=self.now)
        assert not isinstance(outcome, ActRefused), outcome
        self._move(outcome, outcome)

    def perform(self, offer: Offer, operation: int | None = None) -> None:
        """Asks both and compares; a further operation unless its number is given."""
        used = self.used[offer.org, offer.commands[0].contract]
        number = next(n for n in count() if n not in used) if operation is None else operation
        key = self.chain.key(offer.org, offer.key)
        ruled = self._ruled(offer, key, number)
        told = self.chain.perform(
            key, number, offer.commands, self.now, ask_only=isinstance(ruled, ActRefused)
        )
        self.tally.count(ruled)
        agree = _agree(ruled, told) or _is_meant(ruled, told, offer)
        assert agree, f"{offer}\n  the rules: {_text(ruled)}\n  the chain: {_text(told)}"
        if not isinstance(ruled, ActRefused) and not isinstance(told, ActRefused):
            used.add(number)
            self._move(ruled, told)

    def _ruled(self, offer: Offer, key: v.Address, number: int) -> Outcome:
        now, signed = v.Seconds(self.now), self.chain.signed
        try:
            decide(self.state, offer.org, (), now, key=key)  # who may come in at all
            if number in self.used[offer.org, offer.commands[0].contract]:
                return refuse("OperationAlreadyPerformed", org=offer.org, operation=number)
            acts = decide(self.state, offer.org, offer.commands, now, key=key, signers=signed)
        except ActRefused as refused:
            return refused
        return [e.OperationPerformed(offer.org, key, number), *acts]

    def _move(self, ruled: Iterable[e.Event], told: Iterable[e.Event]) -> None:
        for state, events in ((self.state, ruled), (self.told, told)):
            for event in events:
                state.apply(event, v.Seconds(self.now))
        self._remember(self.chain.facts)
        self.now += 1

    def _remember(self, facts: Iterable[tuple[int, v.OrgId]]) -> None:
        """Facts are known by their numbers in the journal, which only the chain tells."""
        for fact, org in facts:
            self.state.put_fact(fact, org)
            self.told.put_fact(fact, org)

    # --- in the end ---

    def compare(self) -> None:
        """Both folds row by row, and everything that ever moved against the contract's views."""
        for name in State.TABLES:
            ruled, told = (dict(getattr(s, name).rows()) for s in (self.state, self.told))
            assert ruled == told, name
        expected = dict(known(self.state, v.Seconds(self.now)))
        asked = self.chain.views(list(expected), self.now)
        for question, answer in zip(expected, asked, strict=True):
            assert expected[question] == answer, question


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
    """The four things that `ledger.rules` tells otherwise than the contract."""
    if not isinstance(ruled, ActRefused):
        return False
    code, values = (told.code, told.values) if isinstance(told, ActRefused) else ("", {})
    if (ruled.code, code) == ("ItemUnknown", "HoldingTooSmall"):
        return (values["item"], values["held"]) == (ruled.values["item"], 0)
    if {ruled.code, code} <= {"ItemIsRecalled", "ItemIsExpired"}:
        return any(_ships_a_logistic_unit(command) for command in offer.commands)
    if ruled.code == "FactUnknown":  # what is no fact may still have a number
        return len(offer.commands) > 1 or code in ("", ruled.code)
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
