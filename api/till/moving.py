"""From lines of receipts to acts: what was sold or comes back, the same goods together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ledger import commands as c
from ledger.refusals import refuse
from ledger.vocabulary import Amount, Id
from records import outbox
from records.till.model import Line

Moved = tuple[Id, int | None]
"""An item, or the unit of a lot by its index."""
UNITS_AT_ONCE = 500


@dataclass
class Moves:
    """What one request moves: units of issues by their indexes, everything else by amount."""

    units: dict[tuple[Id, int], set[int]] = field(default_factory=dict)
    amounts: dict[Id, int] = field(default_factory=dict)

    def add(self, line: Line) -> None:
        """Adds a line.

        Raises:
            ActRefused: it has a unit that is there already.
        """
        if line.issue is None or line.index is None:
            self.amounts[line.item] = self.amounts.get(line.item, 0) + line.amount
            return
        indexes = self.units.setdefault((line.item, line.issue), set())
        if line.index in indexes:
            raise refuse("UnitAlreadySold", lot=line.item, index=line.index)
        indexes.add(line.index)

    def sales(self) -> Iterator[list[c.Command]]:
        """The acts that sell it, by contract."""
        if self.units:
            yield [c.SellUnits(*each) for each in self._lists()]
        if self.amounts:
            yield [c.SellItem(item, Amount(n)) for item, n in sorted(self.amounts.items())]

    def returns(self) -> Iterator[list[c.Command]]:
        """The acts that take it back, by contract."""
        yield [c.ReturnUnits(*each) for each in self._lists()]
        yield [
            c.AcceptReturn(item, Amount(amount)) for item, amount in sorted(self.amounts.items())
        ]

    def _lists(self) -> Iterator[tuple[Id, int, tuple[int, ...]]]:
        for (lot, issue), found in sorted(self.units.items()):
            indexes = sorted(found)
            for start in range(0, len(indexes), UNITS_AT_ONCE):
                yield lot, issue, tuple(indexes[start : start + UNITS_AT_ONCE])


def carriers(operations: Iterable[outbox.Operation]) -> dict[Moved, str]:
    """Which operation moves what."""
    found: dict[Moved, str] = {}
    for operation in operations:
        for command in operation.commands:
            if isinstance(command, c.SellUnits | c.ReturnUnits):
                found |= {(command.lot, index): operation.id for index in command.indexes}
            elif isinstance(command, c.SellItem | c.AcceptReturn):
                found[command.item, None] = operation.id
    return found


def carrying(lines: Iterable[Line], by: Mapping[Moved, str]) -> list[str]:
    """The operations that move the lines of a receipt, each once."""
    moved = ((line.item, line.index) for line in lines)
    return list(dict.fromkeys(by[each] for each in moved if each in by))
