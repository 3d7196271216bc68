"""correct: an organisation declares an earlier statement wrong."""

import pytest

from tests.support.contracts import refused

pytestmark = pytest.mark.chain


@pytest.mark.parametrize("by", [bytes(32), b"\2" * 32])
def test_a_statement_is_corrected_with_or_without_another(contracts, stranger, by):
    receipt = stranger.act(("correct", b"\1" * 32, by))
    assert contracts.events(receipt)[1:] == [
        ("StatementCorrected", {"statement": b"\1" * 32, "org": stranger.number, "by": by})
    ]


def test_it_must_be_named(stranger):
    with refused("StatementInvalid", b"\2" * 32, bytes(32)):
        stranger.act(("correct", bytes(32), b"\2" * 32))
