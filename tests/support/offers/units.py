"""Acts with units."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ledger import commands as c
from ledger import vocabulary as v
from ledger.history import UnitIssue, UnitMarks
from tests.support.cast import ANYTHING, HASHES, LOTS, ODD, UNITS
from tests.support.offers.drawing import LARGEST, Drawing
from tests.support.packs import NOBODY, SIZES, Packs, packs, packs_with

Issue = tuple[v.Id, int]


class Seen(NamedTuple):
    """A unit that is looked at."""

    key: Issue
    index: int
    marks: UnitMarks


LARGE = 700
"""Units of an issue that takes several words; nobody has its tree."""


class Units(Drawing):
    # --- what there is to choose from ---

    def issues(self) -> dict[Issue, UnitIssue]:
        return dict(self.state.unit_issues.rows())

    def an_issue(self, *suited: Issue) -> tuple[Issue, UnitIssue | None]:
        known = self.issues()
        unknown = [(lot, number) for lot in LOTS[:8] for number in (0, 1, 2, 9)]
        others = self.random.choice((list(known), unknown)) or unknown
        key = self.likely(suited, others)
        return key, known.get(key)

    def units_that(self, fits: Callable[[Seen], bool]) -> dict[Issue, list[int]]:
        """Units of which something is true, by issue; of large ones not all are looked at."""
        found: dict[Issue, list[int]] = {}
        for key, issue in self.issues().items():
            step = max(1, issue.count // 12)
            for index in range(issue.first, issue.first + issue.count, step):
                if fits(Seen(key, index, self.state.unit(key[0], index))):
                    found.setdefault(key, []).append(index)
        return found

    def some_units(self, good: dict[Issue, list[int]]) -> tuple[v.Id, int, tuple[int, ...]]:
        (lot, number), issue = self.an_issue(*good)
        of = good.get((lot, number), [])
        first = issue.first if issue else 0
        end = first + issue.count if issue else 3
        others = (first, end - 1, first + 1, end, 0, LARGEST)
        chosen = [self.likely(of, others) for _ in range(self.count())]
        return lot, number, tuple(sorted(set(chosen)) if self.lawful() else chosen)

    def packs_of(self, issue: UnitIssue | None, lot: v.Id) -> Packs:
        known = packs_with(lot, issue.root) if issue and lot in LOTS else None
        return known or packs(LOTS[6], 3)

    # --- acts ---

    def issue_units(self) -> c.Command:
        items = dict(self.state.items.rows())
        mine = [lot for lot in LOTS if lot in items and items[lot].maker == self.org]
        lot = self.likely(mine, self.random.choice((LOTS, ANYTHING)))
        size = self.random.choice((*SIZES, *SIZES, LARGE))
        root = packs(lot, size).root if size != LARGE and lot in LOTS else HASHES[0]
        known = self.state.unit_lots.get(lot)
        room = (items[lot].made if lot in items else 0) - (known.covered if known else 0)
        each = min(room // size, self.random.choice((1, 5, 5, 5)))
        return c.IssueUnits(
            lot,
            self.likely((size,) if size else (), (0, 1, LARGEST, 2**63)),
            v.Amount(self.likely((max(each, 1),), (0, room // size + 1, LARGEST))),
            self.likely((root,), HASHES),
        )

    def void_units(self) -> c.Command:
        mine = [key for key, issue in self.issues().items() if issue.org == self.org]
        (lot, number), issue = self.an_issue(*mine)
        first, count = (issue.first, issue.count) if issue else (0, 3)
        start = self.likely((first, first + count // 2, first + count - 1), (first + count, 0))
        within = first + count - start
        some = (1, within, (within + 1) // 2) if within > 0 else (1,)
        amount = self.likely(some, (0, within + 1 if within > 0 else 1, LARGEST))
        return c.VoidUnits(lot, number, start, amount, self.random.randrange(256))

    def _is_for_sale(self, unit: Seen) -> bool:
        each = self.state.unit_issues.get(unit.key)
        held = self.state.held(unit.key[0], self.org)
        return (
            not unit.marks.sold and not unit.marks.voided and each is not None and held >= each.each
        )

    def sell_units(self) -> c.Command:
        return c.SellUnits(*self.some_units(self.units_that(self._is_for_sale)))

    def sell_proven_unit(self) -> c.Command:
        lot, number, indexes = self.some_units(self.units_that(self._is_for_sale))
        index = indexes[0] if indexes else 0
        unit, code, path = self.proof(lot, number, index)
        return c.SellProvenUnit(lot, number, index, unit, code, path)

    def proof(
        self, lot: v.Id, number: int, index: int
    ) -> tuple[v.Id, v.Address, tuple[v.DocumentHash, ...]]:
        """What proves that a unit is of an issue, or nearly."""
        issue = self.state.unit_issues.get((lot, number))
        of = self.packs_of(issue, lot)
        place = min(max(index - (issue.first if issue else 0), 0), len(of.units) - 1)
        if not self.lawful():
            place = self.random.randrange(len(of.units))
        path = of.path(place)
        spoilt = self.random.choice((path[:-1], (*path, HASHES[0]), path[::-1], ()))
        return (
            self.likely((of.units[place],), (*UNITS, *ODD, of.units[0])),
            self.likely((of.code(place),), (NOBODY, of.code(0))),
            self.likely((path,), (spoilt,)),
        )

    def return_units(self) -> c.Command:
        return c.ReturnUnits(*self.some_units(self.units_that(self._may_come_back)))

    def _may_come_back(self, unit: Seen) -> bool:
        return unit.marks.sold and self.state.sold_by(unit.key[0], self.org, unit.index)
