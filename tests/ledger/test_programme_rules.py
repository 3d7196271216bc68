"""Rules of a programme: read strictly, and the same answer from the same facts."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.earnings import MOST_POINTS
from ledger.errors import InvalidInput
from ledger.hashing import canonical
from ledger.programme_rules import (
    Earned,
    ProgrammeRules,
    multiplier_of,
    points_for,
    read_rules,
    rules_in,
    standing,
    states_rules,
    tier_of,
    worth_of,
)

DAY = 86_400
WHOLE: dict[str, Any] = {
    "format": "lotmark/programme/1",
    "name": {"en": "Green points", "zh-Hans": "绿点"},
    "rounding": "floor",
    "earn": [
        {"currency": "EUR", "amount": 100, "points": 5, "minimum": 500},
        {"currency": "EUR", "channel": "online", "amount": 300, "points": 20},
        {"currency": "JPY", "amount": 7, "points": 3},
    ],
    "point_value": {"currency": "EUR", "amount": 2, "points": 3},
    "expected_redemption": "0.95",
    "tiers": {
        "days": 365,
        "levels": [
            {"name": {"en": "Silver"}, "from": 100, "multiplier": "1.25"},
            {"name": {"en": "Gold"}, "from": 1000, "multiplier": 2},
        ],
    },
    "referral": {"referrer": 200, "referred": 100, "minimum": 1000},
    "terms": {"en": "Five points for each euro."},
}


@pytest.fixture(scope="module")
def rules() -> ProgrammeRules:
    return read_rules(WHOLE)


def test_rules_read_the_same_after_they_were_made_canonical(rules):
    with_decimals = json.loads(json.dumps(WHOLE), parse_float=Decimal)
    with_decimals["expected_redemption"] = Decimal("0.95")
    assert read_rules(json.loads(canonical(with_decimals))) == rules


def test_the_rule_of_the_channel_counts_before_the_one_for_all(rules):
    assert points_for(rules, 1999, "EUR") == 99
    assert points_for(rules, 1999, "EUR", channel="online") == 133
    assert points_for(rules, 499, "EUR") == 0
    assert points_for(rules, 500, "EUR") == 25
    assert points_for(rules, 10_000, "USD") == 0
    assert points_for(rules, 1999, "EUR", multiplier=Decimal("1.25")) == 124
    with pytest.raises(InvalidInput):
        points_for(rules, -1, "EUR")


@given(st.integers(0, 10**15), st.fractions(0, 100), st.sampled_from(["EUR", "JPY"]))
def test_points_are_rounded_down_once_and_at_the_end(total, multiplier, currency):
    rules = read_rules(WHOLE)
    rule = rules.earn[0] if currency == "EUR" else rules.earn[2]
    exact = Fraction(total * rule.points, rule.amount) * multiplier
    found = points_for(rules, total, currency, multiplier=multiplier)
    if total < rule.minimum:
        assert found == 0
    else:
        assert found <= exact < found + 1 or found == MOST_POINTS


@given(st.lists(st.integers(0, 10**6), max_size=20))
def test_a_purchase_in_parts_earns_no_more_than_the_whole(parts):
    rules = read_rules({**WHOLE, "earn": WHOLE["earn"][2:]})
    split = sum(points_for(rules, part, "JPY") for part in parts)
    assert split <= points_for(rules, sum(parts), "JPY")


def test_what_points_are_worth_is_rounded_down(rules):
    assert worth_of(rules, 10) == (6, "EUR")
    assert worth_of(ProgrammeRules(), 10) is None


def test_a_tier_is_what_was_earned_within_its_days(rules):
    now = 1_000 * DAY
    history = [Earned(now - 400 * DAY, 5000), Earned(now - 10 * DAY, 90), Earned(now, 9)]
    assert tier_of(rules, history, now) is None
    assert standing(rules, history, now).missing == 1
    more = [*history, Earned(now - 364 * DAY, 1)]
    assert tier_of(rules, more, now) == rules.tiers.levels[0]
    assert multiplier_of(rules, more, now) == Decimal("1.25")
    assert tier_of(rules, more, now + DAY) is None, "the oldest is out of the days"
    assert tier_of(rules, [Earned(now + 1, 5000)], now) is None, "what is to come does not count"
    found = standing(rules, [Earned(now, 5000)], now)
    assert (found.tier.from_points, found.following, found.missing) == (1000, None, 0)
    assert standing(ProgrammeRules(), history, now).tier is None


@given(st.lists(st.tuples(st.integers(0, 800), st.integers(0, 500)), max_size=12), st.randoms())
def test_a_tier_does_not_ask_in_which_order_points_came(history, random):
    rules, now = read_rules(WHOLE), 800 * DAY
    earned = [Earned(day * DAY, points) for day, points in history]
    shuffled = list(earned)
    random.shuffle(shuffled)
    assert standing(rules, earned, now) == standing(rules, shuffled, now)


def test_the_rules_in_the_guide_can_be_read():
    guide = (Path(__file__).parents[2] / "docs" / "loyalty.md").read_text()
    shown = json.loads(guide.split("```json\n")[1].split("```")[0])
    assert set(shown) == set(WHOLE)
    assert points_for(read_rules(shown), 1999, "EUR", channel="online") == 119


def changed(**fields: Any) -> dict[str, Any]:
    return {**WHOLE, **fields}


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ([], "rules"),
        (changed(format="lotmark/programme/2"), "rules.format"),
        (changed(rounding="up"), "rules.rounding"),
        (changed(bonus=1), "rules.bonus"),
        (changed(name={}), "rules.name"),
        (changed(name={"english": "x"}), "rules.name.english"),
        (changed(name={"en": " "}), "rules.name.en"),
        (changed(earn=[{"currency": "EUR", "amount": 100}]), "rules.earn[0].points"),
        (changed(earn=[{"currency": "eur", "amount": 1, "points": 1}]), "rules.earn[0].currency"),
        (changed(earn=[{"currency": "EUR", "amount": True, "points": 1}]), "rules.earn[0].amount"),
        (changed(earn=[{"currency": "EUR", "amount": 1.5, "points": 1}]), "rules.earn[0].amount"),
        (changed(earn=[{"currency": "EUR", "amount": 1, "points": 2**48}]), "rules.earn[0].points"),
        (changed(earn=[WHOLE["earn"][0]] * 2), "rules.earn"),
        (changed(earn={"currency": "EUR"}), "rules.earn"),
        (changed(earn=[{**WHOLE["earn"][0], "chanel": "store"}]), "rules.earn[0].chanel"),
        (changed(earn=[{**WHOLE["earn"][0], "channel": "phone"}]), "rules.earn[0].channel"),
        (changed(point_value={"currency": "EUR", "amount": 0, "points": 1}),
         "rules.point_value.amount"),
        (changed(expected_redemption="1.1"), "rules.expected_redemption"),
        (changed(expected_redemption=0.95), "rules.expected_redemption"),
        (changed(expected_redemption="NaN"), "rules.expected_redemption"),
        (changed(expected_redemption="1e-9"), "rules.expected_redemption"),
        (changed(tiers={"days": 0, "levels": []}), "rules.tiers.days"),
        (changed(tiers={"days": 9, "levels": []}), "rules.tiers.levels"),
        (changed(tiers={"days": 9, "levels": WHOLE["tiers"]["levels"][::-1]}),
         "rules.tiers.levels"),
        (changed(tiers={"days": 9, "levels": [{"name": {"en": "x"}, "from": 1,
                                               "multiplier": "0.5"}]}),
         "rules.tiers.levels[0].multiplier"),
        (changed(referral={"referrer": -1, "referred": 0}), "rules.referral.referrer"),
        (changed(referral={"referrer": 1}), "rules.referral.referred"),
    ],
)  # fmt: skip
def test_every_fault_names_its_field(document, field):
    with pytest.raises(InvalidInput) as error:
        read_rules(document)
    assert error.value.field == field
    assert error.value.message.startswith(field)


def test_a_text_for_people_states_no_rules():
    for document in ({"en": "One point for each bottle."}, {}, None, [], "x"):
        assert not states_rules(document)
        assert rules_in(document) is None
    assert states_rules({"earn": []})
    assert rules_in({"earn": []}) is None
    assert rules_in(WHOLE) == read_rules(WHOLE)


JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.decimals(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*WHOLE, "days", "levels", "x"]), inner, max_size=4)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from([*WHOLE]), JSONS, max_size=9))
def test_nothing_that_is_sent_breaks_the_reading(document):
    try:
        read = read_rules({**WHOLE, **document})
    except InvalidInput:
        return
    assert rules_in({**WHOLE, **document}) == read
