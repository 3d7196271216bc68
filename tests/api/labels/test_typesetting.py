"""Sheets look right: all text is there, as it was given, in a font that is in the file."""

import re

import numpy as np
import pytest

from api.labels.geometry import geometries, geometry
from api.labels.label import Wording
from api.labels.typesetting import Print, pdf_of
from ledger.errors import CommandInvalid
from tests.api.labels.printing import labels, pages, sheets, text_of


def test_everything_that_people_read_can_be_copied_from_the_sheet():
    some = labels(3)
    told = " ".join(text_of(pdf_of(sheets(some), geometry("L7160"))).split())
    assert "Romaine lettuce" in told
    assert "罗马生菜（长叶）" in told
    assert "2035-06-30" in told
    assert "500 g" in told
    for label in some:
        assert all(group in told for group in label.code.split("-"))
        assert f"(21){label.serial}" in told
        assert told.count(label.pairing) == 2  # beside the outer code and under the hidden one


def test_the_only_font_is_noto_and_it_is_in_the_file():
    pdf = pdf_of(sheets(labels(1)), geometry("L7160"))
    fonts = set(re.findall(rb"/FontName ?/(?:[A-Z]{6}\+)?([\w-]+)", pdf))
    assert fonts == {b"NotoSansCJKtc-Regular"}
    assert b"/FontFile" in pdf


@pytest.mark.parametrize(
    "name",
    ["#panic()", "*bold* _thin_ $x$", '"#include("/etc/passwd")', "<a> & \\ `raw` @b", "= head"],
)
def test_a_name_is_text_and_never_markup(name):
    words = Wording(name, name)
    told = text_of(pdf_of(sheets(labels(1, words=words)), geometry("L7163")))
    assert "".join(told.split()).count("".join(name.split())) == 2


def test_a_long_name_is_made_smaller_and_covers_no_code():
    words = Wording("Very long name of a product " * 6, "很长的产品名称" * 12)
    pdf = pdf_of(sheets(labels(21, words=words)), geometry("L7160"))
    from api.labels.checking import check_pdf  # noqa: PLC0415

    assert check_pdf(pdf, sheets(labels(21, words=words))) == 63


@pytest.mark.parametrize("each", geometries().values(), ids=lambda each: each.name)
def test_nothing_is_printed_at_the_edge_of_a_label(each):
    """Cutters drift by half a millimetre."""
    some = labels(each.count)
    (page,) = pages(pdf_of(sheets(some, each), each))
    dots = 300 / 25.4
    for place in range(each.count):
        x, y = each.corner(place)
        left, top = round(x * dots), round(y * dots)
        right, bottom = round((x + each.label[0]) * dots), round((y + each.label[1]) * dots)
        drawn = page[top:bottom, left:right]
        edge = round(0.7 * dots)
        inside = drawn[edge:-edge, edge:-edge]
        assert inside.min() < 50
        rim = drawn.copy()
        rim[edge:-edge, edge:-edge] = 255
        assert rim.min() > 200, f"label {place} prints at its edge"


def test_hidden_labels_alone_carry_no_outer_code():
    (label,) = labels(1)
    told = text_of(pdf_of(sheets([label], printing=Print("hidden")), geometry("L7160")))
    assert label.pairing in told
    assert label.serial not in told
    outer = text_of(pdf_of(sheets([label], printing=Print("outer")), geometry("L7160")))
    assert label.serial in outer
    assert label.code[:4] not in outer


def test_hidden_labels_need_a_hidden_code():
    with pytest.raises(CommandInvalid) as told:
        sheets(labels(1, codes=False), printing=Print("hidden"))
    assert told.value.field == "part"


def test_a_datamatrix_is_left_out_where_there_is_no_room_unless_it_is_asked_for():
    assert sheets(labels(1), "50x30")[0][0].layout.matrix is None
    assert sheets(labels(1), "L7160")[0][0].layout.matrix is not None
    assert sheets(labels(1), "L7160", Print(matrix=False))[0][0].layout.matrix is None
    with pytest.raises(CommandInvalid):
        sheets(labels(1), "50x30", Print(matrix=True))


def test_the_same_labels_give_the_same_picture():
    one, other = (pages(pdf_of(sheets(labels(5)), geometry("L7160")))[0] for _ in range(2))
    assert np.array_equal(one, other)
