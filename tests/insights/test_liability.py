"""The report in money, against the published examples, and what it leaves out where it must."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from insights.accounting.cohorts import Book, Cohort
from insights.liability import liability
from ledger.earnings import QUARTER
from ledger.programme_rules import PointValue, ProgrammeRules
from ledger.vocabulary import OrgId, Seconds

OWNER = OrgId(1)
RULES = ProgrammeRules(point_value=PointValue("EUR", 1, 1), expected_redemption=Decimal("0.95"))
PAID = {"EUR": 100_000}
NOW = Seconds(100 * QUARTER)


def reported(redeemed, rules=RULES, paid=PAID, **more):
    cohort = Cohort(100, issued=10_000, available=10_000 - redeemed, redeemed=redeemed)
    book = Book(OWNER, lambda lot, index: OWNER, {100: replace(cohort, **more)})  # noqa: ARG005
    return liability(book, NOW, rules=rules, paid=paid)


def test_ifrs_15_example_52():
    """IE267-270: 10,000 points of 1 with sales of 100,000, of which 9,500 are expected back."""
    first = reported(4_500).contract
    assert (first.allocation.goods, first.allocation.points) == (91_324, 8_676)
    assert (first.revenue, first.liability) == (4_110, 4_566)


def test_ifrs_15_example_52_with_its_second_year():
    """The estimate is 9,700 then; what was allocated at first stays allocated (see `ifrs15`)."""
    first, second = reported(4_500).contract, 8_676 * 8_500 / 9_700
    assert round(second) - first.revenue == 3_493
    assert 8_676 - round(second) == 1_073


def test_all_that_was_promised_is_revenue_once_more_is_spent_than_was_expected():
    spent = reported(9_600).contract
    assert (spent.revenue, spent.liability) == (8_676, 0)


def test_what_is_clawed_back_is_no_promise_any_more():
    whole = reported(0).contract
    half = reported(0, clawed_back=5_000, available=5_000).contract
    assert half.expected_points == whole.expected_points / 2
    assert half.allocation.points < whole.allocation.points


@pytest.mark.parametrize(
    ("rules", "paid"),
    [
        (None, PAID),
        (ProgrammeRules(), PAID),
        (replace(RULES, expected_redemption=None), PAID),
        (RULES, {}),
        (RULES, {"USD": 5}),
    ],
)
def test_money_is_told_only_where_the_rules_say_what_a_point_is_and_something_was_paid(rules, paid):
    found = reported(10, rules, paid)
    assert found.contract is None
    assert (found.face_value is None) == (rules is None or rules.point_value is None)


def test_points_of_a_quarter_that_is_over_lapse_and_are_not_outstanding():
    old = Cohort(96, issued=7, available=7)
    book = Book(OWNER, lambda lot, index: OWNER, {96: old})  # noqa: ARG005
    found = liability(book, NOW, rules=RULES)
    assert (found.outstanding, found.lapsed, found.face_value) == (0, 7, 0)
    before = liability(book, Seconds(NOW - 1), rules=RULES)
    assert (before.outstanding, before.lapsed, before.face_value) == (7, 0, 7)
