"""Nobody brings themselves, alone or in a circle, and nobody is brought twice."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights.referrals import Asked, Person, judge_referral

ANNA, BEN = Person("anna", b"a", frozenset({b"1"})), Person("ben", b"b", frozenset({b"2"}))
GOOD = Asked(newcomer=ANNA, referrer=BEN, referred_before=False, purchases=0)


def judged(asked, brought=None):
    people = brought or {}
    return judge_referral(asked, people.get)


def test_a_member_may_bring_another():
    assert judged(GOOD) is None


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"referrer": None}, "unknown_code"),
        ({"referrer": replace(BEN, erased=True)}, "referrer_erased"),
        ({"referrer": ANNA}, "oneself"),
        ({"referrer": replace(BEN, email=b"a")}, "same_email"),
        ({"referrer": replace(BEN, devices=frozenset({b"1", b"9"}))}, "same_device"),
        ({"referred_before": True}, "already_referred"),
        ({"purchases": 1}, "not_new"),
        ({"rewarded": 3, "cap": 3}, "monthly_cap"),
    ],
)
def test_what_does_not_count_is_refused_with_its_reason(changed, reason):
    assert judged(replace(GOOD, **changed)) == reason


def test_what_is_not_known_of_two_does_not_make_them_one():
    asked = replace(GOOD, newcomer=Person("anna"), referrer=Person("ben"))
    assert judged(asked) is None
    assert judged(replace(GOOD, rewarded=2, cap=3)) is None


@given(st.integers(1, 30))
def test_a_ring_of_any_length_is_refused(length):
    """Anna brought 1, who brought 2, and so on; now the last is to have brought Anna."""
    line = [ANNA, *(Person(f"card {n}") for n in range(length))]
    brought = {line[n + 1].card: line[n] for n in range(length)}
    assert judged(replace(GOOD, referrer=line[-1]), brought) == "ring"
    outsider = replace(GOOD, newcomer=Person("carl"), referrer=line[-1])
    assert judged(outsider, brought) is None


def test_a_second_card_of_the_same_person_closes_a_ring_too():
    other = Person("annas other card", b"a")
    assert judged(GOOD, {"ben": other}) == "ring"


def test_a_circle_among_others_ends_the_search():
    carl, dora = Person("carl"), Person("dora")
    brought = {"ben": carl, "carl": dora, "dora": carl}
    assert judged(GOOD, brought) is None
