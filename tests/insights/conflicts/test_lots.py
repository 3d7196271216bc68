"""A lot conflicts by what its units show together."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from insights.conflicts import CURRENT, RULES, LotFacts, judge_lot, sentence
from tests.insights.conflicts.histories import LOT, fired

QUIET = LotFacts(LOT, scanned=1_000, flagged=1, usual_scanned=100_000, usual_flagged=99)


def test_a_lot_like_the_others_of_its_product_is_quiet():
    assert judge_lot(QUIET) is None
    assert judge_lot(LotFacts(LOT, 0, 0, 0, 0)) is None


def test_more_units_in_conflict_than_three_sigma_let_expect():
    """1 is expected of 1,000, with a deviation of 1: three sigma end at 4."""
    assert judge_lot(replace(QUIET, flagged=3)) is None
    found = judge_lot(replace(QUIET, flagged=5))
    assert (found.level, found.public, fired(found)) == ("watch", False, ["lot_share"])
    assert sentence(found.reasons[0]) == (
        "Of 1000 scanned units of the lot, 5 are in conflict; 1.0 would be usual for the product."
    )


def test_one_or_two_flagged_units_are_no_pattern():
    rare = replace(QUIET, scanned=10, usual_flagged=0)
    assert judge_lot(replace(rare, flagged=CURRENT.lot_flagged - 1)) is None
    assert fired(judge_lot(replace(rare, flagged=CURRENT.lot_flagged))) == ["lot_share"]


def test_more_scans_in_a_market_than_its_units_make():
    shipped = {"DE": 100, "FR": 100}
    at_most = replace(QUIET, shipped=shipped, views={"DE": 300, "FR": 300})
    assert judge_lot(at_most) is None
    found = judge_lot(replace(at_most, views={"DE": 300, "FR": 301}))
    assert fired(found) == ["lot_views"]
    assert found.reasons[0].values == {"market": "FR", "views": 301, "shipped": 100}
    assert "lot_views" in fired(judge_lot(replace(at_most, views={"DE": 101}), RULES["1"]))


def test_scans_outside_the_markets_it_was_shipped_to():
    meant = replace(QUIET, shipped={"DE": 100})
    assert judge_lot(replace(meant, views={"DE": 40, "BR": 10})) is None
    assert fired(judge_lot(replace(meant, views={"DE": 40, "BR": 11}))) == ["lot_market"]
    assert judge_lot(replace(meant, views={"BR": 9})) is None
    assert fired(judge_lot(replace(meant, views={"BR": 10}))) == ["lot_market"]
    assert judge_lot(replace(QUIET, views={"BR": 1_000})) is None, "nobody said where it was sent"


def test_two_signs_are_a_conflict_and_never_public():
    found = judge_lot(replace(QUIET, flagged=9, shipped={"DE": 10}, views={"DE": 31}))
    assert (found.level, found.public) == ("conflict", False)
    assert fired(found) == ["lot_share", "lot_views"]


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6))
def test_any_counts_can_be_judged_and_more_flagged_units_never_calm(scanned, flagged, more, usual):
    flagged = min(flagged, scanned)
    facts = LotFacts(LOT, scanned, flagged, scanned + usual, min(usual, scanned))
    worse = replace(facts, flagged=min(flagged + more, scanned))
    assert judge_lot(facts) is None or judge_lot(worse) is not None
