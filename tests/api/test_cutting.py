"""Acts with very many lines are cut so that each fits a block, and none is lost."""

from hypothesis import given
from hypothesis import strategies as st

from api.cutting import LINES_PER_OPERATION, cut, operations
from ledger.commands import Line, Observe, PackItems, ShipItems, TransformItems
from ledger.vocabulary import NOTHING, lot, shipment

SAY = Observe(NOTHING, b"\x01" * 32, 1, 1, 5, 1, 5, 1_700_000_000, NOTHING, 0)
COUNTS = st.integers(1, 4 * LINES_PER_OPERATION)


def lines(count):
    return tuple(Line(lot("09506000134352", f"L{n:05}").id, 1) for n in range(count))


@given(COUNTS)
def test_a_cut_shipment_has_every_line_once_and_references_of_its_own(count):
    whole = ShipItems(shipment("S").id, 2, lines(count))
    parts = cut([whole])
    assert sum((part.lines for part in parts), ()) == whole.lines
    assert len({part.shipment for part in parts}) == len(parts)
    assert parts[0].shipment == whole.shipment
    assert cut([whole]) == parts
    assert all(0 < len(part.lines) <= LINES_PER_OPERATION for part in parts)


def test_packing_goes_on_in_the_same_logistic_unit_and_making_is_never_cut():
    whole = PackItems(NOTHING, lines(LINES_PER_OPERATION + 1))
    assert [len(part.lines) for part in cut([whole])] == [LINES_PER_OPERATION, 1]
    made = TransformItems(lines(500), ())
    assert cut([made]) == (made,)


@given(COUNTS, st.lists(COUNTS, max_size=5))
def test_operations_hold_everything_in_order_and_never_too_much(said, acts):
    told = [SAY] * said
    commands = cut([ShipItems(shipment(f"S{n}").id, 2, lines(c)) for n, c in enumerate(acts)])
    made = list(operations(told, commands))
    assert sum((part for _, part in made), ()) == commands
    assert all(here for here, _ in made)
    assert sum(len(here) for here, _ in made[: -(-said // LINES_PER_OPERATION)]) == said
    for _, part in made:
        assert sum(len(each.lines) for each in part) <= LINES_PER_OPERATION
