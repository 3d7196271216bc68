"""The supplier's CSV: what a line may say, and what is told when it says something else."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import vocabulary
from ledger.csv_lines import COLUMNS, ROWS, Act, read, statement
from ledger.errors import CsvInvalid
from ledger.hashing import sha256
from ledger.vocabulary import Seconds

NOW = Seconds(1_800_000_000)  # 2027-01-15T08:00:00Z
GTIN = "09521141123454"
SSCC = "095211410000001233"
GLN = "9521141123454"
LOT = {"gtin": GTIN, "lot": "L1", "quantity": "5"}
RIGHT = {
    Act.PRODUCT: {"gtin": GTIN, "name": "Oats", "unit": "KGM", "decimals": "3"},
    Act.COMMISSION: {**LOT, "expiry": "2027-06-30"},
    Act.SHIP: {**LOT, "to": GLN, "shipment": "ORDER-7"},
    Act.RECEIVE: {**LOT, "from": GLN, "shipment": "ORDER-7"},
    Act.PACK: {**LOT, "sscc": SSCC},
    Act.UNPACK: {**LOT, "sscc": SSCC},
    Act.SELL: LOT,
    Act.DISPOSE: {**LOT, "reason": "damaged"},
    Act.RECALL: {"gtin": GTIN, "lot": "L1", "reason": "glass found"},
    Act.RELEASE: {"gtin": GTIN, "lot": "L1"},
}


def file_of(*rows: dict[str, str], delimiter: str = ",", end: str = "\r\n") -> bytes:
    names = [name for name in COLUMNS if any(name in row for row in rows)]
    out = io.StringIO()
    writer = csv.DictWriter(out, names, delimiter=delimiter, lineterminator=end)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def line_of(act: Act, **changes: str):
    (line,) = read(file_of({"act": act, **RIGHT[act], **changes}), NOW)
    return line


def faults_of(data: bytes | str) -> list[tuple[int, str, str]]:
    with pytest.raises(CsvInvalid) as raised:
        read(data if isinstance(data, bytes) else data.encode(), NOW)
    faults = raised.value.values["faults"]
    assert (raised.value.line, raised.value.field) == (faults[0]["line"], faults[0]["field"])
    return [(fault["line"], fault["field"], fault["reason"]) for fault in faults]


def only_fault(act: Act, **changes: str) -> tuple[str, str]:
    row = {"act": act, **RIGHT[act], **changes}
    kept = {name: cell for name, cell in row.items() if cell is not None}
    ((_, column, reason),) = faults_of(file_of(kept))
    return column, reason


class TestActs:
    @pytest.mark.parametrize("act", Act)
    def test_each_has_a_line(self, act):
        line = line_of(act)
        assert line.act is act
        assert line.line == 2
        assert line.product == vocabulary.product(GTIN)

    def test_the_table_knows_every_act_and_only_known_columns(self):
        assert set(ROWS) == set(Act)
        for row in ROWS.values():
            assert {*row.required, *row.optional} <= set(COLUMNS)

    @pytest.mark.parametrize(
        ("act", "column"),
        [(act, column) for act, row in ROWS.items() for column in row.required],
    )
    def test_each_needs_its_columns_and_their_cells(self, act, column):
        row = {"act": act, **RIGHT[act]}
        without = {name: cell for name, cell in row.items() if name != column}
        ((line, field, reason),) = faults_of(file_of(without))
        assert (line, field) == (1, column)
        assert reason == f"the column {column!r} is missing, which {act} needs"
        ((line, field, reason),) = faults_of(file_of({**row, column: " "}))
        assert (line, field, reason) == (2, column, f"{act} needs {column!r}")

    @pytest.mark.parametrize("act", [act for act in Act if act is not Act.PRODUCT])
    def test_each_is_about_something(self, act):
        cells = {n: c for n, c in RIGHT[act].items() if n not in ("gtin", "lot", "quantity")}
        fields = {field for _, field, _ in faults_of(file_of({"act": act, **cells}))}
        assert fields == {"gtin", "lot"}

    @pytest.mark.parametrize("act", [act for act in Act if ROWS[act].counted and act != "product"])
    def test_a_lot_has_a_quantity(self, act):
        assert only_fault(act, quantity=None) == ("quantity", f"{act} needs 'quantity' for a lot")

    @pytest.mark.parametrize(
        ("act", "column"),
        [("sell", "to"), ("commission", "sscc"), ("recall", "quantity"), ("ship", "name")],
    )
    def test_what_means_nothing_is_refused_rather_than_ignored(self, act, column):
        value = {"to": GLN, "sscc": SSCC, "quantity": "5", "name": "x"}[column]
        assert only_fault(Act(act), **{column: value}) == (
            column,
            f"{column!r} has no meaning for {act}",
        )

    def test_an_unknown_act_and_none(self):
        assert faults_of("act,gtin\nfly,1\n,2\n") == [
            (2, "act", f"'fly' is no act: one of {', '.join(Act)}"),
            (3, "act", f"the act is missing: one of {', '.join(Act)}"),
        ]


class TestCells:
    def test_types(self):
        line = line_of(
            Act.SHIP, quantity="12.50", unit="KGM", date="2026-12-31", to=GLN, shipment="ORDER-7"
        )
        assert line.item == vocabulary.lot(GTIN, "L1")
        assert line.quantity == Decimal("12.5")
        assert line.unit == "KGM"
        assert line.to == vocabulary.party(GLN)
        assert line.shipment == vocabulary.shipment("ORDER-7")
        assert line.occurred_at == 1_798_675_200  # the first second of the day in UTC
        assert line.logistic_unit is line.source is line.expiry is None

    def test_an_expiry_day_is_good_to_its_end(self):
        assert line_of(Act.COMMISSION, expiry="2027-06-30").expiry == 1_814_399_999
        assert line_of(Act.COMMISSION, expiry="2027-06-30T12:00:00+02:00").expiry == 1_814_349_600

    def test_a_product_in_two_languages(self):
        line = line_of(Act.PRODUCT, name="Oats", name_zh="燕麦")
        assert (line.name, line.name_zh, line.unit, line.decimals) == ("Oats", "燕麦", "KGM", 3)
        assert line.item is None

    def test_a_short_gtin_is_padded(self):
        assert line_of(Act.SELL, gtin="9521141123454").product == vocabulary.product(GTIN)

    def test_a_shipment_may_be_a_gsin(self):
        gsin = "95211410000123454"
        assert line_of(Act.SHIP, shipment=gsin).shipment == vocabulary.shipment("", gsin=gsin)
        other = line_of(Act.SHIP, shipment=gsin[:-1] + "5").shipment
        assert other == vocabulary.shipment(gsin[:-1] + "5")

    def test_a_serial_is_one(self):
        cells = {"act": "sell", "gtin": GTIN, "serial": "S9"}
        (line,) = read(file_of(cells), NOW)
        assert (line.item, line.quantity) == (vocabulary.unit(GTIN, "S9"), None)
        (line,) = read(file_of({**cells, "quantity": "1"}), NOW)
        assert line.quantity == 1
        assert faults_of(file_of({**cells, "quantity": "2"}))[0][1] == "quantity"

    def test_a_pallet_is_shipped_whole(self):
        cells = {"act": "ship", "sscc": SSCC, "to": GLN, "shipment": "A"}
        (line,) = read(file_of(cells), NOW)
        assert line.logistic_unit == vocabulary.logistic_unit(SSCC)
        assert line.item is line.product is None
        assert "one" in faults_of(file_of({**cells, "quantity": "3"}))[0][2]
        assert "either" in faults_of(file_of({**cells, "gtin": GTIN, "lot": "L"}))[0][2]

    @pytest.mark.parametrize(
        ("column", "cell", "reason"),
        [
            ("gtin", "09521141123455", "check digit 5, right would be 4"),
            ("gtin", "952114112345", "check digit"),
            ("gtin", "123", "8, 12, 13 or 14 digits"),
            ("gtin", "9.52114E+12", "changed by a spreadsheet"),
            ("to", "9521141123452", "check digit"),
            ("lot", "A" * 21, "20 characters"),
            ("lot", "Löt", "character set 82"),
            ("quantity", "0", "more than zero"),
            ("quantity", "-1", "no quantity"),
            ("quantity", "1,5", "write a point"),
            ("quantity", "1'000", "write a point"),
            ("quantity", "1e3", "no quantity"),
            ("quantity", "many", "no quantity"),
            ("quantity", "٣", "no quantity"),
            ("unit", "kg", "unit code"),
            ("shipment", "Ö", "character set 82"),
            ("date", "31.12.2026", "no date that exists"),
            ("date", "2026-02-30", "no date that exists"),
            ("date", "2026-12-31T10:00:00", "with offset"),
            ("date", "2027-01-17", "in the future"),
        ],
    )
    def test_faults(self, column, cell, reason):
        field, why = only_fault(Act.SHIP, **{column: cell})
        assert field == column
        assert reason in why

    @pytest.mark.parametrize(
        ("column", "cell"), [("decimals", "10"), ("decimals", "x"), ("name", "a\x07b")]
    )
    def test_faults_of_products(self, column, cell):
        assert only_fault(Act.PRODUCT, **{column: cell})[0] == column

    def test_reasons_of_disposal_are_words_of_ours(self):
        assert line_of(Act.DISPOSE, reason="Expired").reason == "Expired"
        assert "none of other, destroyed" in only_fault(Act.DISPOSE, reason="boredom")[1]

    def test_either_a_lot_or_a_serial(self):
        assert only_fault(Act.SELL, serial="S", quantity="1") == (
            "lot",
            "sell needs either 'lot' or 'serial'",
        )

    def test_a_day_ahead_is_no_future_yet(self):
        assert line_of(Act.SELL, date="2027-01-16").occurred_at == 1_800_057_600


class TestFiles:
    ROWS = ({"act": "sell", **LOT}, {"act": "sell", **LOT, "lot": "L2"})

    @pytest.mark.parametrize("delimiter", [",", ";"])
    @pytest.mark.parametrize("end", ["\n", "\r\n"])
    @pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
    def test_forms(self, delimiter, end, mark):
        lines = read(mark + file_of(*self.ROWS, delimiter=delimiter, end=end), NOW)
        assert [(line.line, line.item.extension) for line in lines] == [(2, "L1"), (3, "L2")]
        assert lines[0].raw == delimiter.join(["sell", GTIN, "L1", "5"]).encode()

    def test_headers_in_any_order_and_case_and_lines_without_end(self):
        data = f"Quantity , LOT,Act,gtin\n\n 5,L1 ,SELL,{GTIN}".encode()
        (line,) = read(data, NOW)
        assert (line.line, line.act, line.quantity) == (3, Act.SELL, 5)
        assert line.raw == f" 5,L1 ,SELL,{GTIN}".encode()

    def test_quoted_line_breaks_and_empty_lines_keep_the_count(self):
        data = (
            b'act,gtin,name,unit\r\nproduct,09521141123454,"Oats\r\nwhole",KGM\r\n,,,\r\n'
            b"\r\nproduct,04012345111118,Rye,KGM\r\n"
        )
        first, second = read(data, NOW)
        assert (first.line, first.name) == (2, "Oats\r\nwhole")
        assert first.raw == b'product,09521141123454,"Oats\r\nwhole",KGM'
        assert (second.line, second.raw) == (6, b"product,04012345111118,Rye,KGM")

    @pytest.mark.parametrize(
        ("data", "line", "field", "reason"),
        [
            (b"", 1, "", "empty"),
            (b"\xef\xbb\xbf", 1, "", "empty"),
            (b" \r\n\r\n", 1, "", "empty"),
            (b"act,gtin\n", 1, "", "no line below the header"),
            (b"act,gtin\n,\n", 1, "", "no line below the header"),
            (b"gtin,lot\n1,2\n", 1, "act", "the column 'act' is missing"),
            (b"act,colour\nsell,red\n", 1, "colour", "the column 'colour' is not known"),
            (b"act,,gtin\nsell,,1\n", 1, "", "a column without a name"),
            (b"act,gtin,GTIN\nsell,1,1\n", 1, "gtin", "stands twice"),
            (b"act,gtin\nsell,\xff\n", 2, "", "no UTF-8"),
            (b'act,gtin\nsell,"1\n', 2, "", "no CSV"),
            (b'act,gtin\nsell,"1"2\n', 2, "", "no CSV"),
            (b"act,gtin\nsell,1,2\n", 2, "", "has 3 cells where the header has 2"),
            (b"act,gtin\nsell\n", 2, "", "has 1 cells where the header has 2"),
        ],
    )
    def test_faults(self, data, line, field, reason):
        found = faults_of(data)
        assert len(found) == 1
        assert found[0][:2] == (line, field)
        assert reason in found[0][2]

    def test_trailing_empty_cells_are_nothing(self):
        assert read(f"act,gtin,lot,quantity\nsell,{GTIN},L1,5,,\n".encode(), NOW)

    def test_a_line_twice_names_the_other(self):
        assert faults_of(file_of(*self.ROWS, self.ROWS[0], self.ROWS[0])) == [
            (4, "", "says the same as line 2"),
            (5, "", "says the same as line 2"),
        ]

    def test_all_faults_are_told_in_order(self):
        data = f"act,gtin,lot,quantity\nsell,{GTIN},L1,0\nfly,,,\nship,{GTIN},L1,1\nship,1,L1,x\n"
        assert [(line, field) for line, field, _ in faults_of(data)] == [
            (1, "shipment"),
            (1, "to"),
            (2, "quantity"),
            (3, "act"),
            (5, "gtin"),
            (5, "quantity"),
        ]

    def test_faults_are_capped(self):
        assert len(faults_of("act\n" + "fly\n" * 500)) == 200

    def test_size_is_bounded(self):
        assert "larger" in faults_of(b"act\n" + b"x" * (16 * 1024 * 1024))[0][2]


class TestStatement:
    def test_is_the_tagged_hash_of_the_filled_cells(self):
        (line,) = read(file_of({"act": "sell", **LOT}), NOW)
        expected = sha256(
            b'lotmark/v1/csv-line\n{"act":"sell","gtin":"09521141123454","lot":"L1","quantity":"5"}'
        )
        assert line.statement == expected
        assert statement({"act": "sell", **LOT}) == expected

    @given(st.permutations(["act", "gtin", "lot", "quantity", "unit"]), st.sampled_from(",;"))
    def test_is_blind_to_columns_and_delimiters(self, names, delimiter):
        cells = {"act": "sell", "gtin": GTIN, "lot": "L1", "quantity": "5", "unit": ""}
        head = delimiter.join(names)
        data = f"{head.upper()}\n{delimiter.join(cells[name] for name in names)}\n"
        (line,) = read(data.encode(), NOW)
        assert line.statement == statement({"act": "sell", **LOT})

    def test_other_words_are_another_statement(self):
        first, second = read(file_of(*TestFiles.ROWS), NOW)
        assert first.statement != second.statement


@given(st.binary(max_size=60))
def test_no_bytes_break_the_reader(data):
    with pytest.raises(CsvInvalid):
        read(data, NOW)


@given(st.lists(st.lists(st.text('sel,;"\n\r \x00019', max_size=6), max_size=5), max_size=5))
def test_no_near_csv_breaks_the_reader(rows):
    data = "act,gtin,lot,quantity\n" + "\n".join(",".join(row) for row in rows)
    with pytest.raises(CsvInvalid):
        read(data.encode(), NOW)
