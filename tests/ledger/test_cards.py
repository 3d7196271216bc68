"""Cards and codes: what is made is read, however it is typed, and slips are found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.cards import card_text, new_card, read_card
from ledger.errors import CodeInvalid, InvalidInput
from ledger.redemption_codes import read_redemption_code, redemption_code, redemption_code_text


def test_cards_are_random_and_no_payment_cards():
    made = {new_card() for _ in range(200)}
    assert len(made) == 200
    assert {card[0] for card in made} == {"9"}
    assert {read_card(card_text(card)) for card in made} == made


@given(st.integers(0, 14), st.integers(1, 9))
def test_every_mistaken_digit_is_found(place, by):
    card = new_card()
    digit = str((int(card[place + 1]) + by) % 10)
    wrong = card[: place + 1] + digit + card[place + 2 :]
    with pytest.raises(InvalidInput) as error:
        read_card(wrong)
    assert error.value.field == "card"


@pytest.mark.parametrize("text", ["", "9", "x" * 16, "4000000000000000", "９" * 16, "9" * 17])
def test_what_is_no_card_is_refused(text):
    with pytest.raises(InvalidInput):
        read_card(text)


@given(st.binary(min_size=8, max_size=8), st.sampled_from([" ", "\t", "-", "\u2011", "\u00a0", ""]))
def test_a_code_is_the_same_however_it_is_typed(random, between):
    code = redemption_code(random)
    shown = redemption_code_text(code)
    typed = between.join(shown.replace("-", "")).lower().replace("0", "o").replace("1", "l")
    assert read_redemption_code(f"\n {typed} ") == code


@pytest.mark.parametrize("text", ["", "1234567", "123456789", "UUUUUUUU", "ÄÄÄÄÄÄÄÄ", "x" * 5000])
def test_what_is_no_code_is_refused(text):
    with pytest.raises(CodeInvalid):
        read_redemption_code(text)
