"""Sales and returns as people and files of a till write them."""

from __future__ import annotations

import pytest

from api.till import Return, ReturnLine, Sale, SaleLine
from api.till.written import return_line
from ledger.errors import CsvInvalid, InvalidInput
from lotmark.selling import minor, read_csv, sale_line

LINK = "https://id.gs1.org/01/09521234000013/21/7K3M9QX2HB"


def test_a_line_has_code_quantity_and_price() -> None:
    assert sale_line(f"{LINK}:3.99", "EUR") == SaleLine(LINK, 399)
    assert sale_line("09521234000013/R-1@0.5:2", "EUR") == SaleLine(
        "09521234000013/R-1", 200, "0.5"
    )
    assert sale_line("09521234000013 S1:250", "JPY") == SaleLine("09521234000013 S1", 250)
    for text in ("09521234000013", ":3", "x:1.999", "x:-1", "x:cheap", "x:NaN", "x:1e999999999"):
        with pytest.raises(InvalidInput):
            sale_line(text, "EUR")


def test_prices_have_the_decimals_of_their_currency() -> None:
    assert (minor("1.5", "EUR"), minor("150", "JPY"), minor("1.234", "KWD")) == (150, 150, 1234)


def test_what_comes_back_is_a_line_or_a_code() -> None:
    assert return_line("2") == ReturnLine(line=2)
    assert return_line("2@0.5") == ReturnLine(line=2, quantity="0.5")
    assert return_line(LINK) == ReturnLine(code=LINK)


def test_a_file_has_rows_for_lines_and_receipts_by_number() -> None:
    text = (
        "number,code,quantity,price,currency,card,channel,site,return_of,line\n"
        "T1,A,2,3.00,EUR,9000,online,9521236000004,,\n"
        "T1,B,,1.00,,,,,,\n"
        "R1,,1,,,,,,T1,1\n"
        "R1,B,,,,,,,T1,\n"
    )
    sale, back = read_csv(text.encode())
    assert sale == Sale(
        "T1",
        "EUR",
        [SaleLine("A", 300, "2"), SaleLine("B", 100)],
        "online",
        "9521236000004",
        "9000",
    )
    assert back == Return([ReturnLine(1, None, "1"), ReturnLine(None, "B")], "T1", "R1")


@pytest.mark.parametrize(("text", "line"), [
    ("code\nx\n", 1), ("number,odd\n", 1), ("number,price,code\nT1,1,A\n", 2),
    ("number,price,code,currency\nT1,1,A,EUR\nT2,1,A,EUR\nT1,1,A,EUR\n", 4),
    ("number,price,code,currency,channel\nT1,1,A,EUR,street\n", 2),
    ("number,return_of,line\nR1,T1,x\n", 2),
])  # fmt: skip
def test_a_fault_in_a_file_names_its_line(text: str, line: int) -> None:
    with pytest.raises(CsvInvalid) as told:
        read_csv(text.encode())
    assert told.value.line == line
