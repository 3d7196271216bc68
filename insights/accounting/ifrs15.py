"""Revenue from points as IFRS 15 has it: a sale sells goods and, with the points, a promise.

The price is shared between both by their stand-alone prices (paragraphs 74 and 76; B39 to B43 for
points). What falls on the points is owed until they are spent, and becomes revenue in the measure
in which they are spent of those that are expected to be spent at all (B46): what nobody will ever
spend, the breakage, is never a denominator. A changed estimate counts from then on, for everything
so far (paragraphs 88 and B46).

Money is whole minor units. Every rounding is to the nearest one, halves to the even; the two parts
of a price add up to it exactly, and so do the revenues of all periods to the points' part.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from ledger.errors import FigureInvalid


@dataclass(frozen=True, slots=True)
class Allocation:
    """A price shared between goods and points, in minor units."""

    goods: int
    points: int


def allocate(price: int, goods: int, points: int | Fraction) -> Allocation:
    """Shares a price by stand-alone prices: of the goods, and of the points that are expected to
    be spent.

    ``points`` is money, too: expected points times the value of one. Raises FigureInvalid when a
    figure is negative, or when both stand-alone prices are zero.
    """
    _not_negative(price=price, goods=goods, points=points)
    if not goods + points:
        raise FigureInvalid("goods and points cannot both be worth nothing", field="goods")
    of_goods = round(Fraction(price) * goods / (goods + points))
    return Allocation(of_goods, price - of_goods)


def expected(issued: int, share: Decimal | Fraction) -> Fraction:
    """Points that will ever be spent, of those issued; ``share`` is 0 to 1, the rest is breakage.

    Raises FigureInvalid when a figure is out of range.
    """
    _not_negative(issued=issued)
    if not 0 <= share <= 1:
        raise FigureInvalid(f"a share is 0 to 1, not {share}", field="share")
    return issued * Fraction(share)


def earned_so_far(points: int, redeemed: int, expected_points: int | Fraction) -> int:
    """Cumulative revenue: ``points`` is what was allocated to them, in minor units.

    More redeemed than was expected means that the estimate was wrong: all of it is earned. Raises
    FigureInvalid when a figure is negative.
    """
    _not_negative(points=points, redeemed=redeemed, expected_points=expected_points)
    if redeemed >= expected_points:
        return points
    return round(points * Fraction(redeemed) / expected_points)


@dataclass(frozen=True, slots=True)
class Period:
    """One period of the books, in minor units."""

    revenue: int
    """Of this period; negative when a raised estimate takes back more than was spent."""
    cumulative: int
    liability: int
    """Still owed at its end."""


def periods(points: int, ends: Iterable[tuple[int, int | Fraction]]) -> list[Period]:
    """Revenue period by period: each end is (points redeemed so far, points expected in all, as
    estimated then).

    ``points`` is what was allocated to them. Raises FigureInvalid when redemptions go back: a
    cancelled one is taken out of the period in which it stood.
    """
    found: list[Period] = []
    before = redeemed_before = 0
    for redeemed, expected_points in ends:
        if redeemed < redeemed_before:
            raise FigureInvalid(
                f"{redeemed} points cannot be redeemed when {redeemed_before} were before",
                field="redeemed",
            )
        cumulative = earned_so_far(points, redeemed, expected_points)
        found.append(Period(cumulative - before, cumulative, points - cumulative))
        before, redeemed_before = cumulative, redeemed
    return found


def _not_negative(**figures: int | Fraction) -> None:
    for name, figure in figures.items():
        if figure < 0:
            raise FigureInvalid(f"{name} is {figure}, and cannot be negative", field=name)
