"""Points in the books, against answers that are known."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights.accounting.ifrs15 import (
    Allocation,
    Period,
    allocate,
    earned_so_far,
    expected,
    periods,
)
from ledger.errors import FigureInvalid

MONEY = st.integers(0, 10**12)


def test_a_sale_is_shared_as_in_example_52_of_the_standard():
    points = expected(10_000, Decimal("0.95"))
    assert points == 9_500
    assert allocate(100_000, 100_000, points) == Allocation(goods=91_324, points=8_676)


def test_revenue_follows_redemption_as_in_example_52_and_its_new_estimate():
    assert periods(8_676, [(4_500, 9_500), (8_500, 9_700)]) == [
        Period(revenue=4_110, cumulative=4_110, liability=4_566),
        Period(revenue=3_493, cumulative=7_603, liability=1_073),
    ]


@pytest.mark.parametrize(("estimate", "second"), [(9_900, 3_552), (9_200, 4_140)])
def test_revenue_follows_both_estimates_of_the_handbook(estimate, second):
    first, after = periods(9_000, [(4_500, 9_700), (8_500, estimate)])
    assert (first.revenue, after.revenue) == (4_175, second)


def test_halves_are_rounded_to_the_even():
    assert [earned_so_far(points, 1, 2) for points in (1, 3, 5)] == [0, 2, 2]
    assert allocate(1, 1, 1) == Allocation(0, 1)
    assert allocate(3, 1, 1) == Allocation(2, 1)


def test_all_is_earned_once_as_much_is_redeemed_as_was_expected():
    assert earned_so_far(8_676, 9_499, 9_500) == 8_675
    assert earned_so_far(8_676, 9_500, 9_500) == 8_676
    assert earned_so_far(8_676, 9_900, 9_500) == 8_676


def test_what_nobody_is_expected_to_spend_is_earned_at_once():
    assert allocate(100, 100, expected(50, Decimal(0))) == Allocation(100, 0)
    assert earned_so_far(0, 0, 0) == 0
    assert earned_so_far(70, 0, 0) == 70


def test_a_raised_estimate_can_take_revenue_back():
    first, second = periods(1_000, [(500, 1_000), (500, 2_000)])
    assert (first.revenue, second.revenue) == (500, -250)
    assert second.liability == 750


@given(price=MONEY, goods=MONEY.filter(bool), points=MONEY, parts=st.integers(1, 10**6))
def test_a_price_is_shared_without_rest(price, goods, points, parts):
    shared = allocate(price, goods, Fraction(points, parts))
    assert shared.goods + shared.points == price
    assert shared.goods >= 0
    assert shared.points >= 0


@given(
    points=MONEY,
    steps=st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 10**7)), min_size=1),
)
def test_revenues_of_all_periods_and_what_is_owed_add_up_to_the_points(points, steps):
    redeemed, ends = 0, []
    for more, estimate in steps:
        redeemed += more
        ends.append((redeemed, estimate))
    found = periods(points, ends)
    assert sum(period.revenue for period in found) + found[-1].liability == points
    assert all(0 <= period.liability <= points for period in found)


@given(points=MONEY, redeemed=st.integers(0, 10**6), estimate=st.integers(1, 10**6))
def test_more_redeemed_never_earns_less(points, redeemed, estimate):
    assert earned_so_far(points, redeemed, estimate) <= earned_so_far(
        points, redeemed + 1, estimate
    )


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (lambda: allocate(-1, 1, 1), "price"),
        (lambda: allocate(1, -1, 1), "goods"),
        (lambda: allocate(1, 1, -1), "points"),
        (lambda: allocate(1, 0, 0), "goods"),
        (lambda: expected(-1, Decimal(1)), "issued"),
        (lambda: expected(1, Decimal("1.01")), "share"),
        (lambda: expected(1, Decimal("-0.01")), "share"),
        (lambda: earned_so_far(-1, 1, 1), "points"),
        (lambda: earned_so_far(1, -1, 1), "redeemed"),
        (lambda: earned_so_far(1, 1, -1), "expected_points"),
        (lambda: periods(1, [(2, 5), (1, 5)]), "redeemed"),
    ],
)
def test_figures_that_cannot_be_are_refused_by_name(wrong, field):
    with pytest.raises(FigureInvalid) as refused:
        wrong()
    assert refused.value.field == field
