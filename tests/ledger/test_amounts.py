"""Amounts go in and out of their decimal form without a loss."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.amounts import amount_of, text_of_amount
from ledger.errors import CommandInvalid
from ledger.vocabulary import MAX_AMOUNT


@given(st.integers(1, MAX_AMOUNT), st.integers(0, 9))
def test_text_and_amount_are_inverses(amount, decimals):
    text = text_of_amount(amount, decimals)
    assert amount_of(text, decimals, "amount") == amount
    assert amount_of(Decimal(text), decimals, "amount") == amount


@pytest.mark.parametrize(
    ("amount", "decimals", "text"),
    [(12500, 3, "12.5"), (12000, 3, "12"), (5, 3, "0.005"), (7, 0, "7"), (0, 2, "0")],
)
def test_text_has_no_needless_zero(amount, decimals, text):
    assert text_of_amount(amount, decimals) == text


@pytest.mark.parametrize(
    "value",
    ["", "x", "1,5", "-1", "0", "0.0001", "NaN", "Infinity", "1e400000000", "1e-400000000",
     "9" * 5000, "1." + "0" * 40 + "1", "1e99999999999999999999",
     "9223372036854775.808", "１２", "1_0_", Decimal("1.2345"), 2**63],
)  # fmt: skip
def test_what_is_no_amount_is_refused_with_its_field(value):
    with pytest.raises(CommandInvalid) as caught:
        amount_of(value, 3, "lines[0].amount")
    assert caught.value.field == "lines[0].amount"
