"""A sheet that does not read back as what was asked for is refused, whatever is wrong with it."""

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from api.labels.checking import check_pdf
from api.labels.geometry import geometry
from api.labels.typesetting import Placed, pdf_of
from ledger.errors import SheetUnreadable
from tests.api.labels.printing import labels, pages, sheets

SHEET = geometry("L7160")
DOTS = 300 / 25.4


@pytest.fixture(scope="module")
def good():
    wanted = sheets(labels(6))
    return pdf_of(wanted, SHEET), wanted


def printed(page: np.ndarray) -> bytes:
    """A page that came out like this, as a PDF."""
    out = io.BytesIO()
    black = Image.fromarray(np.where(page < 128, 0, 255).astype(np.uint8)).convert("1")
    black.save(out, "PDF", resolution=300)  # grey would become JPEG
    return out.getvalue()


def test_a_good_sheet_is_read_whole(good):
    pdf, wanted = good
    assert check_pdf(pdf, wanted) == 18
    assert check_pdf(printed(pages(pdf)[0]), wanted) == 18  # so the tests below show damage alone


def test_a_sheet_with_another_payload_is_refused(good):
    pdf, _ = good
    with pytest.raises(SheetUnreadable, match="something else"):
        check_pdf(pdf, sheets(labels(6, seed=5)))


def test_one_label_in_the_place_of_another_is_refused(good):
    pdf, ((first, second, *rest),) = good
    swapped = [replace(first, label=second.label), replace(second, label=first.label), *rest]
    with pytest.raises(SheetUnreadable, match="something else"):
        check_pdf(pdf, [swapped])


def test_a_hidden_code_on_another_units_label_is_refused_and_not_told(good):
    pdf, ((first, *rest),) = good
    other = replace(first.label, code=labels(1, seed=9)[0].code)
    with pytest.raises(SheetUnreadable) as told:
        check_pdf(pdf, [[replace(first, label=other), *rest]])
    assert other.code.replace("-", "") not in str(told.value)


def test_an_inverted_sheet_is_refused(good):
    pdf, wanted = good
    with pytest.raises(SheetUnreadable):
        check_pdf(printed(255 - pages(pdf)[0]), wanted)


@pytest.mark.parametrize("symbol", ["outer", "matrix", "hidden"])
def test_inverted_modules_in_a_white_quiet_zone_are_refused(good, symbol):
    pdf, wanted = good
    page = pages(pdf)[0]
    drawn = code_of(page, wanted[0][0], symbol)
    drawn[:] = 255 - drawn
    with pytest.raises(SheetUnreadable, match="nothing"):
        check_pdf(printed(page), wanted)


def code_of(page: np.ndarray, placed: Placed, symbol: str) -> np.ndarray:
    """The part of a page where a code's modules are, to be damaged."""
    box, made = getattr(placed.layout, symbol), getattr(placed.label, symbol)
    module = box.w / made.side
    left, top = (placed.x + box.x + made.quiet * module, placed.y + box.y + made.quiet * module)
    side = box.w - 2 * made.quiet * module
    x, y, length = round(left * DOTS), round(top * DOTS), round(side * DOTS)
    return page[y : y + length, x : x + length]


@pytest.mark.parametrize("symbol", ["outer", "matrix", "hidden"])
@pytest.mark.parametrize("place", [0, 5])
def test_ink_in_a_quiet_zone_is_refused(good, symbol, place):
    pdf, wanted = good
    page = pages(pdf)[0]
    placed = wanted[0][place]
    box = getattr(placed.layout, symbol)
    x, y = round((placed.x + box.x + 0.4) * DOTS), round((placed.y + box.y + box.h / 2) * DOTS)
    page[y : y + 4, x : x + 4] = 0
    with pytest.raises(SheetUnreadable, match="quiet zone"):
        check_pdf(printed(page), wanted)


def test_a_sheet_on_dark_packs_without_quiet_zones_is_refused(good):
    pdf, wanted = good
    page = pages(pdf)[0]
    kept = page.copy()
    page[:] = 60
    for placed in wanted[0]:
        for symbol in ("outer", "matrix", "hidden"):
            code_of(page, placed, symbol)[:] = code_of(kept, placed, symbol)
    with pytest.raises(SheetUnreadable, match="quiet zone"):
        check_pdf(printed(page), wanted)


@pytest.mark.parametrize("symbol", ["outer", "matrix", "hidden"])
def test_a_code_with_a_blot_is_refused(good, symbol):
    pdf, wanted = good
    page = pages(pdf)[0]
    drawn = code_of(page, wanted[0][3], symbol)
    third = len(drawn) // 3
    drawn[third:-third, third // 2 :] = 0
    with pytest.raises(SheetUnreadable, match="nothing"):
        check_pdf(printed(page), wanted)


def test_missing_and_additional_sheets_are_refused(good):
    pdf, wanted = good
    with pytest.raises(SheetUnreadable, match="1 pages instead of 2"):
        check_pdf(pdf, [*wanted, *wanted])
    with pytest.raises(SheetUnreadable, match="1 pages instead of 0"):
        check_pdf(pdf, [])


def test_a_sheet_that_the_offset_moves_off_the_paper_is_refused():
    moved = [[replace(each, x=each.x - 9) for each in sheet] for sheet in sheets(labels(1))]
    with pytest.raises(SheetUnreadable, match="outside"):
        check_pdf(pdf_of(moved, SHEET), moved)


def test_what_is_no_pdf_is_refused(good):
    with pytest.raises(SheetUnreadable):
        check_pdf(b"%PDF-1.7 no", good[1])
