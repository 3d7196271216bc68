"""Groups are as large as promised and the same for ever; effects are found where there are some."""

from __future__ import annotations

import random
from decimal import Decimal
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights.campaigns import (
    SMALLEST_GROUP,
    Bonus,
    Purchase,
    Segment,
    _quantile,
    belongs,
    bonus_for,
    in_control,
    uplift,
)

KEY = bytes(range(32))
CARDS = [f"{n:010d}" for n in range(20_000)]
BOUGHT = Purchase(5_000, "store", frozenset({"09521234000013"}), 40)


@pytest.mark.parametrize("share", ["0", "0.05", "0.1", "0.5"])
def test_the_control_group_has_its_share_and_no_more(share):
    control = sum(in_control(KEY, 7, card, Decimal(share)) for card in CARDS)
    wanted = float(share) * len(CARDS)
    assert abs(control - wanted) <= 5 * sqrt(wanted + 1)


def test_a_member_is_always_in_the_same_group_and_another_campaign_mixes_anew():
    half = Decimal("0.5")
    first = [in_control(KEY, 1, card, half) for card in CARDS]
    assert first == [in_control(KEY, 1, card, half) for card in CARDS]
    second = [in_control(KEY, 2, card, half) for card in CARDS]
    other_key = [in_control(bytes(32), 1, card, half) for card in CARDS]
    for others in (second, other_key):
        same = sum(a == b for a, b in zip(first, others, strict=True))
        assert abs(same - len(CARDS) / 2) <= 5 * sqrt(len(CARDS))


@given(st.lists(st.integers(0, 10**6)), st.decimals(0, 1, places=3), st.decimals(0, 1, places=3))
def test_a_larger_control_group_contains_the_smaller(cards, one, other):
    small, large = sorted((one, other))
    for card in map(str, cards):
        assert not in_control(KEY, 1, card, small) or in_control(KEY, 1, card, large)


def test_segments_ask_for_tier_and_spending_before():
    assert belongs(Segment(), tier=None, spent=0)
    assert belongs(Segment(tier="Gold", spent=100), tier="Gold", spent=100)
    assert not belongs(Segment(tier="Gold"), tier="Silver", spent=0)
    assert not belongs(Segment(spent=100), tier=None, spent=99)


def test_bonuses_ask_for_channel_product_and_sum():
    points, double = Bonus(points=15), Bonus(multiplier=Decimal("2.5"))
    assert bonus_for(Segment(), points, BOUGHT) == 15
    assert bonus_for(Segment(), double, BOUGHT) == 60
    assert bonus_for(Segment(channel="online"), points, BOUGHT) == 0
    assert bonus_for(Segment(channel="store", purchase=5_000), points, BOUGHT) == 15
    assert bonus_for(Segment(purchase=5_001), points, BOUGHT) == 0
    assert bonus_for(Segment(product="09521234000013"), points, BOUGHT) == 15
    assert bonus_for(Segment(product="09521234000020"), points, BOUGHT) == 0


# --- what it did ---


def spending(dice: random.Random, count: int, more: float = 0.0) -> list[float]:
    """Most buy nothing, some a little, few much: as members do."""
    return [
        dice.expovariate(1 / 4_000) + more if dice.random() < 0.4 else 0.0 for _ in range(count)
    ]


def test_a_campaign_without_effect_is_said_to_have_none_about_95_times_of_100():
    dice = random.Random(4)
    verdicts = [uplift(spending(dice, 400), spending(dice, 100)).verdict for _ in range(1_000)]
    assert 0.92 <= verdicts.count("no_effect") / len(verdicts) <= 0.975


def test_an_effect_that_is_there_is_found_and_its_interval_holds_it():
    dice = random.Random(5)
    found = [uplift(spending(dice, 2_000, 3_000.0), spending(dice, 500)) for _ in range(100)]
    truth = 0.4 * 3_000
    assert all(each.verdict == "more" for each in found)
    assert sum(each.low <= truth <= each.high for each in found) >= 88
    worse = uplift(spending(dice, 500), spending(dice, 2_000, 3_000.0))
    assert worse.verdict == "less"


def test_nothing_is_said_of_groups_that_are_too_small():
    few = uplift([1.0] * (SMALLEST_GROUP - 1), [2.0] * 100)
    assert (few.verdict, few.mean_treated, few.treated) == ("too_few", 0.0, SMALLEST_GROUP - 1)


def test_the_difference_is_welchs():
    """Means 20 and 15, variances 9.17 and 9.17 over 10 each: worked out by hand."""
    treated, control = [float(n) for n in range(16, 26)], [float(n) for n in range(11, 21)]
    found = uplift(treated, control)
    reach = 2.10092 * sqrt(2 * 9.166667 / 10)  # t for 18 degrees of freedom
    assert found.difference == pytest.approx(5.0)
    assert found.low == pytest.approx(5 - reach, abs=1e-3)
    assert found.high == pytest.approx(5 + reach, abs=1e-3)


@pytest.mark.parametrize(
    ("freedom", "t"), [(9, 2.26216), (18, 2.10092), (30, 2.04227), (120, 1.97993), (1e9, 1.95996)]
)
def test_students_t_is_that_of_the_tables(freedom, t):
    assert _quantile(freedom) == pytest.approx(t, abs=1e-4)
