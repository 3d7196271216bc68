"""observe: a statement is kept as it was said."""

import pytest

from ledger.vocabulary import MAX_AMOUNT, lot
from tests.support.contracts import refused

pytestmark = pytest.mark.chain

FIELDS = (
    "subject statement part action step disposition amount occurredAt place counterparty".split()
)


def test_everything_said_stands_in_the_event(contracts, stranger):
    said = (b"\xfe" * 32, b"\1" * 32, 255, 254, 253, 252, MAX_AMOUNT, 2**40 - 1, b"\2" * 32, 7)
    receipt = stranger.act(("observe", said))
    expected = dict(zip(FIELDS, said, strict=True)) | {"org": stranger.number}
    assert contracts.events(receipt)[1:] == [("StatementMade", expected)]


def test_a_statement_is_not_refused_for_contradicting_the_ledger(stranger, mill):
    unknown = lot(mill.product(9).digits, "NEVER-MADE").id
    for amount in (0, 1_000_000):
        stranger.act(("observe", (unknown, b"\1" * 32, 0, 0, 0, 0, amount, 0, bytes(32), 99)))


def test_it_needs_a_subject_and_a_hash(stranger):
    for subject, statement in ((bytes(32), b"\1" * 32), (b"\1" * 32, bytes(32))):
        with refused("StatementInvalid", subject, statement):
            stranger.act(("observe", (subject, statement, 0, 0, 0, 0, 0, 0, bytes(32), 0)))


def test_its_amount_fits_a_database(stranger):
    with refused("AmountInvalid", b"\1" * 32, MAX_AMOUNT + 1):
        said = (b"\1" * 32, b"\1" * 32, 0, 0, 0, 0, MAX_AMOUNT + 1, 0, bytes(32), 0)
        stranger.act(("observe", said))
