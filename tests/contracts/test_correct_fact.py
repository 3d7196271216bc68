"""correctFact: an organisation declares an earlier fact wrong, and sets right what can be."""

import pytest

from tests.support.contracts import refused

pytestmark = pytest.mark.chain

WHY = b"\3" * 32


def corrected(fact, org):
    return ("FactCorrected", {"fact": fact, "org": org.number, "document": WHY})


def test_a_fact_is_named_by_its_number_in_the_journal(contracts, mill, flour):
    last = len(contracts.raw_logs(contracts.ledger)) - 1
    receipt = mill.act(("correctFact", last, WHY), ("dispose", flour, 1000, 0))
    name, values = contracts.events(receipt)[1]
    assert (name, values) == corrected(last, mill)
    assert contracts.holding(flour, mill) == 0


@pytest.mark.usefixtures("flour")
def test_only_what_has_happened_is_corrected(contracts, stranger):
    count = len(contracts.raw_logs(contracts.ledger))
    for fact in (count + 1, 2**64 - 1):
        with refused("FactUnknown", fact):
            stranger.act(("correctFact", fact, WHY))
    receipt = stranger.act(("correctFact", count, WHY))  # the operation's own event
    assert contracts.events(receipt)[1:] == [corrected(count, stranger)]


@pytest.mark.usefixtures("flour")
def test_it_stays_possible_while_writes_are_paused(contracts, mill):
    contracts.govern("pauseWrites")
    mill.act(("correctFact", 0, WHY))
