"""Making a recall good with points: for units that members claimed, which the contract allows once
each, and for lines of receipts, each under a number of its own that is used once.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from sqlalchemy import Connection

from api.acceptance import Acceptance
from indexer.queries.reach import Claimed
from insights.reach import Bought, Reach
from ledger import commands as c
from ledger.earnings import earning_of_unit
from ledger.history import State
from ledger.vocabulary import Address, Id, OrgId
from records import compensations
from records.compensations import Compensation
from records.members import find

AT_ONCE = 100
"""Units or awards that fit one transaction with room to spare."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What an organisation gives for a recalled item: ``unit`` points for each claimed unit,
    ``line`` for each line of a receipt of a member; 0 for nothing.
    """

    org: OrgId
    programme: int
    unit: int
    line: int


@dataclass(frozen=True, slots=True)
class Gift:
    """What would be given: units by lot and issue, lines of receipts with the members' addresses.

    ``not_recalled`` are claimed units of lots that are reached but not recalled by name: the
    contract compensates only for those that are. ``given`` got theirs before.
    """

    units: Mapping[tuple[Id, int], tuple[int, ...]]
    lines: tuple[tuple[Compensation, Address], ...]
    not_recalled: int
    given: int

    @property
    def unit_count(self) -> int:
        """How many units."""
        return sum(len(indexes) for indexes in self.units.values())

    def points(self, terms: Terms) -> int:
        """What all of it takes out of the programme's budget."""
        return self.unit_count * terms.unit + sum(line.points for line, _ in self.lines)


def gift(
    records: Connection, state: State, reached: Reach, recalled: Container[Id], terms: Terms
) -> Gift:
    """What there is to make good, by a state that knows what is on its way already.

    A unit that was claimed is made good to who claimed it, not to the receipt that it was sold with
    as well. Of receipts those count that the organisation wrote, or that earned in its programme.
    """
    kept = [each for each in reached.claims if not each.returned]
    claimed = [each for each in kept if _programme_of(state, each) == terms.programme]
    done = [each for each in claimed if _is_made_good(state, each)]
    due = [each for each in claimed if each not in done]
    mine = [each for each in due if each.lot in recalled] if terms.unit else []
    there = {(each.lot, each.index) for each in kept}
    wanted = [
        each
        for each in reached.bought
        if (each.org == terms.org or each.programme == terms.programme)
        and (each.item, each.index) not in there
    ]
    lines, before = _lines(records, reached.item, wanted, terms)
    return Gift(
        units=_by_issue(mine),
        lines=tuple(lines),
        not_recalled=sum(each.lot not in recalled for each in due),
        given=before + len(done),
    )


def judge(acceptance: Acceptance, gift: Gift, terms: Terms) -> None:
    """Asks the rules what they say to all of it.

    Raises:
        ActRefused: no: another's programme, too small a budget, too much for one day.
    """
    for commands in _unit_commands(gift, terms):
        acceptance.judge(commands)
    for some in _portions(gift):
        acceptance.judge(_awards(some))


def give(acceptance: Acceptance, gift: Gift, terms: Terms) -> None:
    """Submits what is to be given, and was judged, in as many operations as it needs."""
    for commands in _unit_commands(gift, terms):
        acceptance.submit("compensate units", commands)
    for some in _portions(gift):
        operation = acceptance.submit("compensate receipts", _awards(some))
        rows = [replace(line, operation=operation.id) for line, _ in some]
        compensations.add(acceptance.records, rows, acceptance.services.now())


_Portion = Sequence[tuple[Compensation, Address]]


def _portions(gift: Gift) -> Iterator[_Portion]:
    return (gift.lines[start : start + AT_ONCE] for start in range(0, len(gift.lines), AT_ONCE))


def _awards(some: _Portion) -> tuple[c.Command, ...]:
    return tuple(
        c.AwardPoints(line.programme, member, line.number, line.points) for line, member in some
    )


def _unit_commands(gift: Gift, terms: Terms) -> Iterator[tuple[c.Command, ...]]:
    for (lot, issue), indexes in gift.units.items():
        for start in range(0, len(indexes), AT_ONCE):
            some = indexes[start : start + AT_ONCE]
            yield (c.CompensateUnits(lot, issue, some, terms.unit),)


def _programme_of(state: State, claimed: Claimed) -> int:
    opening = state.openings.get((claimed.lot, claimed.issue))
    return opening.programme if opening is not None else 0


def _is_made_good(state: State, claimed: Claimed) -> bool:
    earning = earning_of_unit(claimed.lot, claimed.index)
    known = state.earnings.get((claimed.programme, earning))
    return known is not None and known.compensated


def _by_issue(claimed: Sequence[Claimed]) -> dict[tuple[Id, int], tuple[int, ...]]:
    ordered = sorted(claimed, key=lambda each: (each.lot, each.issue, each.index))
    groups = groupby(ordered, key=lambda each: (each.lot, each.issue))
    return {key: tuple(each.index for each in group) for key, group in groups}


def _lines(
    records: Connection, item: Id, wanted: Sequence[Bought], terms: Terms
) -> tuple[list[tuple[Compensation, Address]], int]:
    """Lines to be made good, and how many were before."""
    if not terms.line:
        return [], 0
    known = compensations.made(records, [(each.receipt, each.line) for each in wanted])
    addresses = _addresses(records, wanted)
    lines: list[tuple[Compensation, Address]] = []
    for each in wanted:
        before = known.get((each.receipt, each.line))
        if each.card not in addresses or (before is not None and not before.refused):
            continue
        number = before.number if before is not None else compensations.new_number()
        told = (terms.org, terms.programme, terms.line, number)
        line = Compensation(each.receipt, each.line, item, *told, operation="", refused=False)
        lines.append((line, addresses[each.card]))
    return lines, sum(not before.refused for before in known.values())


def _addresses(records: Connection, wanted: Sequence[Bought]) -> dict[str | None, Address]:
    found: dict[str | None, Address] = {}
    for card in sorted({each.card for each in wanted if each.card is not None}):
        member = find(records, card)
        if member is not None and member.erased is None:
            found[card] = member.address
    return found
