"""Ranges of units as words of 256 bits: no unit is lost, none is marked twice."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ledger import events as e
from ledger import vocabulary as v
from ledger.history import State, UnitMarks
from ledger.history.words import masks

LOT = v.lot("09521234000013", "L1").id
ORG, ROOT = v.OrgId(1), v.DocumentHash(b"\x01" * 32)


@given(st.integers(0, 2000), st.integers(1, 2000))
def test_masks_are_the_range_and_nothing_else(first, count):
    found = [word * 256 + bit for word, mask in masks(first, first + count)
             for bit in range(256) if mask >> bit & 1]  # fmt: skip
    assert found == list(range(first, first + count))


@given(st.lists(st.integers(1, 900), min_size=1, max_size=9), st.data())
def test_the_issue_of_a_unit_is_found_among_many(counts, data):
    state, first = State(), 0
    for number, count in enumerate(counts, 1):
        state.apply(e.UnitsIssued(LOT, number, ORG, first, count, v.Amount(1), ROOT))
        first += count
    index = data.draw(st.integers(0, first))
    found = state.issue_with(LOT, index)
    assert (found is None) == (index == first)
    assert found is None or found.first <= index < found.first + found.count


def test_a_million_void_units_are_some_thousand_rows_and_room_for_others():
    state = State()
    state.apply(e.UnitsIssued(LOT, 1, ORG, 0, 1_000_000, v.Amount(2), ROOT))
    state.apply(e.UnitSold(LOT, 3, ORG))
    state.apply(e.UnitsVoided(LOT, 1, ORG, 0, 1_000_000, 1))
    assert sum(1 for _ in state.unit_words.rows()) == 3907
    assert state.unit_lots.get(LOT).covered == 2  # what is sold stands for its goods
    assert state.unit(LOT, 3) == UnitMarks(sold=True, returned=False, claimed=False, voided=True)
    state.apply(e.UnitReturned(LOT, 3, ORG))
    assert state.unit_lots.get(LOT).covered == 0
    assert not state.sold_by(LOT, ORG, 3)


def test_programmes_are_counted_without_reading_them_all():
    for count in (0, 1, 2, 3, 7, 8, 100):
        state = State()
        for number in range(1, count + 1):
            state.apply(e.ProgrammeOpened(number, ORG, ROOT, 1, 1, 0))
        assert state.newest_programme() == count
