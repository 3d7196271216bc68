"""CSV for print shops says everything, and no spreadsheet runs any of it."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.labels.label import Wording
from api.labels.shop_csv import BOM, COLUMNS, csv_lines, guarded, unguarded
from tests.api.labels.printing import labels


def read(lines):
    return list(csv.DictReader("".join(lines).splitlines(keepends=True)))


def test_every_column_is_there():
    (label,) = labels(1)
    (row,) = read(csv_lines([label]))
    assert tuple(row) == COLUMNS
    assert row["digital_link"] == label.link
    assert row["element_string"] == label.element_string
    assert (row["code"], row["claim_link"]) == (label.code, label.claim_link)
    assert (row["name"], row["name_zh"]) == ("Romaine lettuce", "罗马生菜（长叶）")
    assert row["pairing"] == label.pairing


@given(st.text())
def test_no_cell_is_a_formula_and_every_one_comes_back(cell):
    assert not guarded(cell).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert unguarded(guarded(cell)) == cell


@pytest.mark.parametrize("name", ['=HYPERLINK("http://x","y")', "+1", "-1", "@SUM(A1)", "\t=1"])
def test_names_that_would_be_run_are_not(name):
    (row,) = read(csv_lines(labels(1, words=Wording(name))))
    assert row["name"] == "'" + name


def test_a_byte_order_mark_is_for_who_asks_and_lines_end_as_rfc_4180_says():
    plain, marked = (list(csv_lines(labels(2), bom=bom)) for bom in (False, True))
    assert marked[0] == BOM + plain[0]
    assert "".join(marked).encode().startswith(b"\xef\xbb\xbf")
    assert all(line.endswith("\r\n") for line in plain)
