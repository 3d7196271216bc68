"""Who owes whom when points of one partner are spent at another.

A point is a promise of whoever issued it. Who honours it for a customer has a claim on the issuer
for its value. Between two partners only the difference is paid; over all partners everything sums
to zero.

Money is whole minor units. What one owes another is rounded once, over all their points, to the
nearest minor unit, halves to the even.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from ledger.errors import FigureInvalid
from ledger.vocabulary import OrgId


@dataclass(frozen=True, slots=True)
class Debt:
    """What remains between two partners: ``debtor`` pays ``amount`` minor units, above zero."""

    debtor: OrgId
    creditor: OrgId
    amount: int


@dataclass(frozen=True, slots=True)
class Settlement:
    """Debts by debtor and creditor, and what each partner gets (or pays, below zero) in all."""

    debts: tuple[Debt, ...]
    positions: Mapping[OrgId, int]
    """Of every partner that issued or honoured points; sums to zero."""


def settle(
    redeemed: Mapping[tuple[OrgId, OrgId], int], point_value: int | Decimal | Fraction
) -> Settlement:
    """Nets what was spent: ``redeemed`` is points by (who issued, where they were spent).

    ``point_value`` is minor units a point. Points spent where they were issued settle themselves.
    Raises FigureInvalid when a number of points or the value is negative.
    """
    if point_value < 0:
        raise FigureInvalid(f"a point cannot be worth {point_value}", field="point_value")
    net: dict[tuple[OrgId, OrgId], int] = defaultdict(int)
    positions: dict[OrgId, int] = {}
    for (issuer, spent_at), points in redeemed.items():
        if points < 0:
            raise FigureInvalid(f"{points} points cannot have been spent", field="points")
        positions |= {issuer: 0, spent_at: 0}
        first, second = min(issuer, spent_at), max(issuer, spent_at)
        owed = round(points * Fraction(point_value))
        net[first, second] += owed if issuer == first else -owed
    debts = tuple(sorted(_debts(net), key=lambda debt: (debt.debtor, debt.creditor)))
    for debt in debts:
        positions[debt.debtor] -= debt.amount
        positions[debt.creditor] += debt.amount
    return Settlement(debts, dict(sorted(positions.items())))


def _debts(net: Mapping[tuple[OrgId, OrgId], int]) -> list[Debt]:
    return [
        Debt(first, second, amount) if amount > 0 else Debt(second, first, -amount)
        for (first, second), amount in net.items()
        if amount and first != second
    ]
