"""Print files are read as they are decrypted; a file that contradicts itself is not printed."""

import csv
import io
from itertools import islice

import pyrage
import pytest

from api.labels.label import Wording
from api.labels.print_file import labels_in, opened
from api.labels.shop_csv import csv_lines
from api.labels.wording import nothing
from api.printing.pressing import Order, header, press
from ledger.errors import CsvInvalid
from ledger.vocabulary import lot
from tests.api.labels.printing import BASE, GTIN, labels

KEY = pyrage.x25519.Identity.generate()


@pytest.fixture
def identity(tmp_path):
    path = tmp_path / "key.txt"
    path.write_text(f"# made for a test\n{KEY}\n")
    return path


def sealed(path, data, *, armored=False):
    path.write_bytes(pyrage.encrypt(data, [KEY.to_public()], armored=armored))
    return path


def read(text):
    return list(labels_in(io.StringIO(text, newline=""), nothing))


@pytest.mark.parametrize("codes", [True, False])
@pytest.mark.parametrize("armored", [True, False])
def test_the_print_file_of_a_run_becomes_its_labels(tmp_path, identity, codes, armored):
    rows = press(Order(lot(GTIN, "LOT42A"), BASE, codes), 0, 30).rows
    path = sealed(tmp_path / "run.age", header() + rows, armored=armored)
    with opened(path, identity) as file:
        found = list(labels_in(file, lambda _: Wording("Lettuce", amount="500 g")))
    wanted = list(csv.DictReader((header() + rows).decode().splitlines()))
    assert len(found) == 30
    for label, row in zip(found, wanted, strict=True):
        assert label.link == row["digital_link"]
        assert label.element_string == row["element_string"]
        assert (label.code, label.pairing) == (row["code"], row["pairing"])
        assert (label.place, label.wording.name) == (row["place"], "Lettuce")


def test_what_is_written_for_print_shops_reads_back_as_the_same_labels(tmp_path):
    some = labels(20, words=Wording("=cmd", "-罗马", "2035-06-30", "'500 g"))
    path = tmp_path / "labels.csv"
    path.write_text("".join(csv_lines(some, bom=True)), encoding="utf-8", newline="")
    with opened(path) as file:
        assert list(labels_in(file, nothing)) == some


def test_only_as_much_is_decrypted_as_is_asked_for(tmp_path, identity):
    rows = press(Order(lot(GTIN, "LOT42A"), BASE, True), 0, 1024).rows
    path = sealed(tmp_path / "run.age", header() + rows * 20)
    with opened(path, identity) as file:
        assert len(list(islice(labels_in(file, nothing), 3))) == 3


def test_an_encrypted_file_needs_its_own_identity(tmp_path, identity):
    path = sealed(tmp_path / "run.age", header())
    with pytest.raises(CsvInvalid, match="identity") as told, opened(path):
        pass
    assert told.value.field == "identity"
    identity.write_text(str(pyrage.x25519.Identity.generate()))
    with pytest.raises(CsvInvalid) as told, opened(path, identity) as file:
        list(file)
    assert told.value.field == "identity"
    identity.write_text("no key")
    with pytest.raises(CsvInvalid, match="no age identity"), opened(path, identity):
        pass


def test_a_file_that_was_cut_off_is_told(tmp_path, identity):
    rows = press(Order(lot(GTIN, "LOT42A"), BASE, True), 0, 1024).rows
    path = sealed(tmp_path / "run.age", header() + rows)
    path.write_bytes(path.read_bytes()[:-1000])
    with pytest.raises(CsvInvalid), opened(path, identity) as file:
        list(labels_in(file, nothing))


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(CsvInvalid, match="cannot be read"), opened(tmp_path / "none.csv"):
        pass


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"digital_link": "https://id.shop.example/about"}, "digital_link"),
        ({"digital_link": f"{BASE}/01/{GTIN[:-1]}9/21/A"}, "digital_link"),
        ({"gtin": "09521234543220"}, "gtin"),
        ({"serial": "ANOTHER"}, "serial"),
        ({"lot": "ANOTHER"}, "lot"),
        ({"pairing": "ZZZZ"}, "pairing"),
        ({"code": "0000-0000"}, "code"),
        ({"digital_link": f"{BASE}/01/{GTIN}/10/LOT42A", "serial": "", "element_string": "",
          "pairing": ""}, "digital_link"),
    ],
)  # fmt: skip
def test_a_line_that_is_wrong_is_told_with_its_number_and_field(changed, field):
    lines = list(csv.DictReader("".join(csv_lines(labels(3))).splitlines(keepends=True)))
    lines[1] |= changed
    out = io.StringIO()
    writer = csv.DictWriter(out, lines[0])
    writer.writeheader()
    writer.writerows(lines)
    with pytest.raises(CsvInvalid) as told:
        read(out.getvalue())
    assert told.value.line == 3
    assert told.value.field == field
    assert labels(3)[1].code not in str(told.value)


@pytest.mark.parametrize("text", ["", "gtin,lot\r\n1,2\r\n"])
def test_a_file_without_links_is_no_print_file(text):
    with pytest.raises(CsvInvalid) as told:
        read(text)
    assert told.value.field == "digital_link"


def test_a_file_that_is_not_utf_8_is_told(tmp_path):
    path = tmp_path / "latin.csv"
    path.write_bytes(b"digital_link,name\r\n" + f"{BASE}/01/{GTIN}".encode() + b",Caf\xe9\r\n")
    with pytest.raises(CsvInvalid, match="UTF-8"), opened(path) as file:
        list(labels_in(file, nothing))
