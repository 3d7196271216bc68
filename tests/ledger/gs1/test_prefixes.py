"""Company prefixes: a small table, never a guess."""

from __future__ import annotations

import pytest

from ledger import vocabulary
from ledger.errors import EpcUrnInvalid, SettingInvalid
from ledger.gs1 import CompanyPrefixes


@pytest.mark.parametrize(
    "key",
    [
        vocabulary.product("19521141123451"),  # the indicator digit stands before the prefix
        vocabulary.logistic_unit("395211410000001234"),
        vocabulary.place("9521141123454", "D1"),
        vocabulary.party("9521141123454"),
    ],
)
def test_the_prefix_is_found_in_every_kind(key):
    assert CompanyPrefixes(["9521141"]).length(key) == 7


def test_the_longest_known_prefix_counts():
    assert CompanyPrefixes(["952114", "9521141"]).length(vocabulary.party("9521141123454")) == 7


def test_an_empty_table_knows_nothing():
    with pytest.raises(EpcUrnInvalid, match="not known"):
        CompanyPrefixes().length(vocabulary.party("9521141123454"))


@pytest.mark.parametrize("prefix", ["12345", "1234567890123", "95211A", ""])
def test_what_is_no_prefix(prefix):
    with pytest.raises(SettingInvalid, match="6 to 12"):
        CompanyPrefixes([prefix])
