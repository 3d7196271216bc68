"""Rows of units. What is true of single ones stands in words of 256 bits, as on chain: there is no
row for a unit that nothing happened to, and a million void ones are some thousand rows.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.vocabulary import DocumentHash, OrgId

WORD = 256
"""Units in a word."""


@dataclass(frozen=True, slots=True)
class UnitIssue:
    """Units of a lot with the indexes from ``first`` on, ``each`` of so much of it."""

    org: OrgId
    first: int
    count: int
    each: int
    root: DocumentHash

    def has(self, index: int) -> bool:
        """Whether a unit is of this issue."""
        return self.first <= index < self.first + self.count


@dataclass(frozen=True, slots=True)
class UnitLot:
    """How many issues of a lot there are, the index after the last unit, and how much of the lot
    the units stand for, but those that are void and unsold.
    """

    issues: int
    next: int
    covered: int


@dataclass(frozen=True, slots=True)
class UnitWord:
    """What is true of 256 units, one bit each from the lowest."""

    sold: int = 0
    returned: int = 0
    claimed: int = 0
    voided: int = 0


@dataclass(frozen=True, slots=True)
class UnitMarks:
    """What is true of one unit."""

    sold: bool
    returned: bool
    claimed: bool
    voided: bool
