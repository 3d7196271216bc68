"""Words of 256 units each: which bits of which words a range of units is."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.history.entities import UnitWord
from ledger.history.entities.units import WORD


def masks(first: int, end: int) -> Iterator[tuple[int, int]]:
    """The words of the units from one to before another, and their bits in each."""
    for word in range(first // WORD, -(-end // WORD)):
        start, stop = max(first - word * WORD, 0), min(end - word * WORD, WORD)
        yield word, (1 << stop) - (1 << start)


def freed(before: UnitWord, mask: int) -> int:
    """How many units of a word become void, if these do, that were neither void nor sold."""
    return (mask & ~before.voided & ~before.sold).bit_count()
