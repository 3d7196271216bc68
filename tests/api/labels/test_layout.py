"""Whatever stands on a label stands on it alone, whole and large enough to be read."""

import itertools

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from api.labels.geometry import geometries
from api.labels.layout import LARGEST_MODULE, SMALLEST_MODULE, Box, Content, Layout, layout_of
from api.labels.zpl import DOTS
from ledger.errors import CommandInvalid

contents = st.builds(
    Content,
    outer=st.sampled_from([0, 33, 37, 41, 45, 49]),
    matrix=st.sampled_from([0, 24, 28, 30]),
    hidden=st.sampled_from([0, 41, 45, 49]),
    elements=st.lists(st.integers(5, 24), min_size=1, max_size=3).map(tuple),
).filter(lambda content: content.outer or content.hidden)
sizes = st.tuples(st.floats(30, 120), st.floats(20, 120))


def boxes(layout: Layout) -> list[Box]:
    named = (layout.outer, layout.matrix, layout.hidden, layout.names, layout.facts,
             layout.elements, layout.code)  # fmt: skip
    return [box for box in named if box is not None]


def overlap(one: Box, other: Box, hair: float) -> bool:
    across = min(one.x + one.w, other.x + other.w) - max(one.x, other.x)
    down = min(one.y + one.h, other.y + other.h) - max(one.y, other.y)
    return across > hair and down > hair


@given(sizes, contents, st.sampled_from([0.0, *DOTS.values()]))
def test_boxes_are_on_the_label_apart_and_large_enough(size, content, dots):
    try:
        layout = layout_of(size, content, dots)
    except CommandInvalid:
        assume(False)
    hair = 1 / dots if dots else 1e-6  # symbols of printers begin on a whole dot
    for box in boxes(layout):
        assert min(box.x, box.y) >= 1 - hair
        assert box.x + box.w <= size[0] - 1 + hair
        assert box.y + box.h <= size[1] - 1 + hair
    assert not any(overlap(*pair, hair) for pair in itertools.combinations(boxes(layout), 2))
    assert sum(layout.hri) == (len(content.elements) if content.outer else 0)
    for box, modules in ((layout.outer, content.outer), (layout.hidden, content.hidden)):
        assert (box is not None) == bool(modules)
        if box is not None:
            module = box.w / modules
            assert (0.37 if dots else SMALLEST_MODULE) - 1e-9 <= module <= LARGEST_MODULE + 1e-9
            assert not dots or module * dots == pytest.approx(round(module * dots))


@pytest.mark.parametrize("each", geometries().values(), ids=lambda each: each.name)
@pytest.mark.parametrize("hidden", [0, 45])
def test_every_sheet_has_room_for_both_codes_of_a_unit(each, hidden):
    layout = layout_of(each.label, Content(41, 0, hidden, (18, 10, 24)))
    assert layout.outer is not None
    assert (layout.hidden is not None) == bool(hidden)


def test_an_address_label_has_modules_that_phones_read_from_afar():
    plain = layout_of((63.5, 38.1), Content(41, 28, 0, (18, 10, 24)))
    paired = layout_of((63.5, 38.1), Content(41, 28, 45, (18, 10, 24)))
    assert plain.outer.w / 41 > 0.8
    assert min(paired.outer.w / 41, paired.hidden.w / 45) > 0.53


def test_a_label_that_is_too_small_is_refused():
    with pytest.raises(CommandInvalid, match="too small") as told:
        layout_of((20, 15), Content(41, 0, 0, (18,)))
    assert told.value.field == "geometry"
