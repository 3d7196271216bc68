"""Serials and hidden codes: random, printed in groups, read as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.codes import (
    ALPHABET,
    code_text,
    new_codes,
    new_serials,
    pairing,
    read_code,
)
from ledger.errors import CodeInvalid
from ledger.vocabulary import unit

CODES = st.binary(min_size=16, max_size=16)
WORN = {"0": "0oO", "1": "1iIlL"}


@given(CODES, st.data())
def test_a_code_is_read_as_people_type_it(code, data):
    printed = code_text(code)
    typed = [data.draw(st.sampled_from(WORN.get(c, c + c.lower()))) for c in printed if c != "-"]
    gaps = data.draw(st.lists(st.sampled_from(("", " ", "-", "  ")), min_size=28, max_size=28))
    assert read_code("".join(gap + c for gap, c in zip(gaps, typed, strict=True))) == code


@given(CODES)
def test_a_printed_code_is_seven_groups_of_four(code):
    groups = code_text(code).split("-")
    assert [len(group) for group in groups] == [4] * 7
    assert set("".join(groups)) <= set(ALPHABET)


@given(CODES, st.integers(0, 27), st.sampled_from(ALPHABET))
def test_hardly_a_slip_of_the_pen_goes_unseen(code, place, other):
    text = code_text(code).replace("-", "")
    slipped = text[:place] + other + text[place + 1 :]
    try:
        read = read_code(slipped)
    except CodeInvalid:
        return
    assert code_text(read).replace("-", "") == slipped  # one in 4096 is a code of its own


@pytest.mark.parametrize("text", ["", "AB", "U" * 28, "0" * 29, "0" * 28, "é" * 28])
def test_what_is_no_code_is_refused(text):
    with pytest.raises(CodeInvalid):
        read_code(text)


def test_serials_and_codes_are_all_different_and_use_every_character():
    serials = new_serials(2000)
    assert len(set(serials)) == 2000
    assert {len(serial) for serial in serials} == {20}
    assert set("".join(serials)) == set(ALPHABET)
    codes = new_codes(2000)
    assert len(set(codes)) == 2000
    assert {len(code) for code in codes} == {16}


def test_the_pairing_mark_follows_from_the_outer_code_alone():
    one, other = (unit("09521235000012", serial).id for serial in ("7K3M9QX2HB", "7K3M9QX2HC"))
    assert pairing(one) == pairing(one) != pairing(other)
    assert len(pairing(one)) == 4
