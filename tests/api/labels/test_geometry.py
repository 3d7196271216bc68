"""Sheets are as their makers cut them, and what does not fit them is refused."""

import pytest

from api.labels.geometry import Geometry, Placing, geometries, geometry
from ledger.errors import CommandInvalid


@pytest.mark.parametrize("each", geometries().values(), ids=lambda each: each.name)
def test_labels_lie_on_the_page_and_not_on_each_other(each: Geometry):
    corners = [each.corner(place) for place in range(each.count)]
    assert len(set(corners)) == each.count
    for x, y in corners:
        assert x >= 0
        assert y >= 0
        assert x + each.label[0] <= each.page[0] + 0.01
        assert y + each.label[1] <= each.page[1] + 0.01
    for axis in (0, 1):
        assert each.grid[axis] == 1 or each.pitch[axis] >= each.label[axis]


def test_the_known_sheets_are_there_in_any_case():
    counts = {
        "l7160": 21,
        "L7159": 24,
        "L7163": 14,
        "5160": 30,
        "5163": 10,
        "50x30": 1,
        "100X50": 1,
    }
    assert {name: geometry(name).count for name in counts} == counts


@pytest.mark.parametrize("each", geometries().values(), ids=lambda each: each.name)
def test_margins_are_even_as_sheets_are_cut(each: Geometry):
    last = each.corner(each.count - 1)
    for axis in (0, 1):
        after = each.page[axis] - last[axis] - each.label[axis]
        assert after == pytest.approx(each.first[axis], abs=0.6)


def test_an_unknown_sheet_names_those_there_are():
    with pytest.raises(CommandInvalid, match="L7160") as told:
        geometry("L9999")
    assert told.value.field == "geometry"


@pytest.mark.parametrize(
    ("placing", "field"),
    [
        (Placing(0), "start"),
        (Placing(22), "start"),
        (Placing(1, (10.1, 0)), "offset_x"),
        (Placing(1, (0, -11)), "offset_y"),
        (Placing(1, (float("nan"), 0)), "offset_x"),
    ],
)
def test_a_place_or_offset_beyond_the_sheet_is_refused(placing, field):
    with pytest.raises(CommandInvalid) as told:
        placing.check(geometry("L7160"))
    assert told.value.field == field


def test_the_last_label_and_the_largest_offset_are_fine():
    Placing(21, (-10, 10)).check(geometry("L7160"))
