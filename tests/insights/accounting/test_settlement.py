"""Partners settle what their customers spent at each other."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights.accounting.settlement import Debt, settle
from ledger.errors import FigureInvalid

PARTNER = st.integers(1, 6)
REDEEMED = st.dictionaries(st.tuples(PARTNER, PARTNER), st.integers(0, 10**9))
VALUE = st.fractions(0, 100, max_denominator=1_000)


def test_who_issued_owes_who_honoured_and_pays_only_the_difference():
    found = settle({(1, 2): 1_000, (2, 1): 400, (1, 3): 50}, point_value=1)
    assert found.debts == (Debt(1, 2, 600), Debt(1, 3, 50))
    assert found.positions == {1: -650, 2: 600, 3: 50}


def test_points_spent_where_they_were_issued_settle_themselves():
    found = settle({(1, 1): 1_000}, point_value=1)
    assert found.debts == ()
    assert found.positions == {1: 0}


def test_equal_claims_leave_nothing_to_pay():
    assert settle({(1, 2): 7, (2, 1): 7}, point_value=3).debts == ()


def test_a_value_is_rounded_once_over_all_points_of_a_pair_halves_to_the_even():
    assert settle({(1, 2): 5}, Decimal("0.5")).debts == (Debt(1, 2, 2),)
    assert settle({(1, 2): 7}, Decimal("0.5")).debts == (Debt(1, 2, 4),)
    assert settle({(1, 2): 1_000}, Fraction(1, 3)).debts == (Debt(1, 2, 333),)


@given(REDEEMED, VALUE)
def test_everything_sums_to_zero_and_positions_are_made_of_debts(redeemed, value):
    found = settle(redeemed, value)
    assert sum(found.positions.values()) == 0
    for partner, position in found.positions.items():
        gets = sum(debt.amount for debt in found.debts if debt.creditor == partner)
        pays = sum(debt.amount for debt in found.debts if debt.debtor == partner)
        assert position == gets - pays


@given(REDEEMED, VALUE)
def test_each_pair_pays_one_way_and_something(redeemed, value):
    debts = settle(redeemed, value).debts
    pairs = [frozenset((debt.debtor, debt.creditor)) for debt in debts]
    assert len(set(pairs)) == len(pairs)
    assert all(debt.amount > 0 and debt.debtor != debt.creditor for debt in debts)


@given(REDEEMED, VALUE)
def test_exchanging_issuers_and_places_turns_every_debt_round(redeemed, value):
    turned = settle({(there, here): points for (here, there), points in redeemed.items()}, value)
    found = settle(redeemed, value)
    assert {partner: -amount for partner, amount in turned.positions.items()} == found.positions


def test_negative_figures_are_refused_by_name():
    with pytest.raises(FigureInvalid) as refused:
        settle({(1, 2): -1}, 1)
    assert refused.value.field == "points"
    with pytest.raises(FigureInvalid) as refused:
        settle({(1, 2): 1}, -1)
    assert refused.value.field == "point_value"
