"""`lotmark labels`, as a print shop without an installation runs it on a run's encrypted file."""

from __future__ import annotations

import csv
import json
import stat
from pathlib import Path

import pyrage
import pytest
from click.testing import Result
from typer.testing import CliRunner
from zebrafy import ZebrafyZPL

from api.labels.shop_csv import COLUMNS
from api.printing.pressing import Order, header, press
from ledger.errors import CommandInvalid, CsvInvalid, SheetUnreadable
from ledger.vocabulary import lot
from lotmark.commands.labels import app
from tests.api.labels.printing import BASE, GTIN, pages, zxing

CODE = f"{GTIN}/LOT42A"
UNITS = 25


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A folder with a print file and the key that opens it."""
    key = pyrage.x25519.Identity.generate()
    rows = press(Order(lot(GTIN, "LOT42A"), BASE, codes=True), 0, UNITS).rows
    (tmp_path / "run.csv.age").write_bytes(pyrage.encrypt(header() + rows, [key.to_public()]))
    (tmp_path / "key.txt").write_text(str(key))
    return tmp_path


def run(shop: Path, *arguments: str) -> Result:
    data = ["--data", str(shop / "nothing"), "--json"]
    told = CliRunner().invoke(app, [*arguments, *data])
    if told.exception and not isinstance(told.exception, SystemExit):
        raise told.exception
    assert told.exit_code == 0, told.stderr
    return told


def from_file(shop: Path, command: str, *arguments: str) -> dict[str, object]:
    source = ("--file", str(shop / "run.csv.age"), "--identity", str(shop / "key.txt"))
    answer: dict[str, object] = json.loads(run(shop, command, *source, *arguments).stdout)
    return answer


def test_a_print_file_becomes_sheets_with_both_codes_of_each_unit(shop: Path) -> None:
    out = shop / "sheets"
    told = from_file(shop, "sheet", "--out", str(out), "--geometry", "L7163")
    assert told["labels"] == UNITS
    assert told["files"] == [
        {"file": "labels-0001.pdf", "labels": 25, "sheets": 2, "codes_read": 75}
    ]
    pdf = out / "labels-0001.pdf"
    assert stat.S_IMODE(pdf.stat().st_mode) == 0o600  # hidden codes are in it
    found = set().union(*(zxing(page) for page in pages(pdf.read_bytes())))
    assert sum(text.startswith(f"{BASE}/claim?") for text in found) == UNITS
    assert sum(text.startswith(f"{BASE}/01/") for text in found) == UNITS


def test_sheets_of_an_earlier_time_are_not_mixed_with_new_ones(shop: Path) -> None:
    out = str(shop / "sheets")
    run(shop, "sheet", CODE, "--out", out)
    with pytest.raises(CommandInvalid) as told:
        run(shop, "sheet", CODE, "--out", out)
    assert told.value.field == "out"


def test_a_sheet_that_does_not_read_back_leaves_no_file(shop: Path) -> None:
    out = shop / "sheets"
    with pytest.raises(SheetUnreadable):
        run(shop, "sheet", CODE, "--offset-x", "-9", "--out", str(out))
    assert list(out.iterdir()) == []


def test_label_printers_get_a_format_a_unit(shop: Path) -> None:
    out = shop / "run.zpl"
    assert from_file(shop, "zpl", "--out", str(out))["labels"] == UNITS
    assert len(ZebrafyZPL(out.read_text()).to_images()) == UNITS
    run(shop, "zpl", CODE, "--copies", "2", "--native", "--out", str(out))
    assert out.read_text().count("^BQN") == 2


def test_csv_goes_on_to_another_print_shop(shop: Path) -> None:
    out = shop / "shop.csv"
    assert from_file(shop, "csv", "--bom", "--out", str(out))["labels"] == UNITS
    with out.open(encoding="utf-8-sig", newline="") as file:
        found = list(csv.DictReader(file))
    assert tuple(found[0]) == COLUMNS
    assert len({row["claim_link"] for row in found}) == UNITS
    again = run(shop, "sheet", "--file", str(out), "--out", str(shop / "sheets"))
    assert json.loads(again.stdout)["labels"] == UNITS


def test_a_file_that_cannot_be_read_to_its_end_leaves_no_csv(shop: Path) -> None:
    cut = (shop / "run.csv.age").read_bytes()[:-100]
    (shop / "run.csv.age").write_bytes(cut)
    with pytest.raises(CsvInvalid):
        from_file(shop, "csv", "--out", str(shop / "shop.csv"))
    assert not list(shop.glob("shop.csv*"))


@pytest.mark.parametrize("which", ["outer", "matrix", "hidden"])
def test_codes_come_as_files_of_their_own(shop: Path, which: str) -> None:
    for form in ("svg", "png"):
        told = from_file(shop, form, "--code", which, "--out", str(shop / form))
        assert len(told["files"]) == UNITS  # type: ignore[arg-type]
        assert len(list((shop / form).glob(f"*.{form}"))) == UNITS


def test_a_whole_label_comes_as_png(shop: Path) -> None:
    told = json.loads(run(shop, "png", CODE, "--out", str(shop / "png")).stdout)
    assert told["files"] == ["000001-LOT42A.png"]


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (("sheet",), "codes"),
        (("sheet", CODE, "--geometry", "L1"), "geometry"),
        (("sheet", CODE, "--start", "22"), "start"),
        (("zpl", CODE, "--dpi", "5"), "dpi"),
        (("png", CODE, "--dpi", "5"), "dpi"),
        (("svg", CODE, "--code", "hidden"), "code"),
        (("csv", CODE, "--out", "/nowhere/at/all.csv"), "out"),
    ],
)
def test_what_is_wrong_is_told_by_field(
    shop: Path, arguments: tuple[str, ...], field: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shop)
    with pytest.raises(CommandInvalid) as told:
        run(shop, *arguments)
    assert told.value.field == field


def test_the_sheets_that_there_are_can_be_listed(shop: Path) -> None:
    told = json.loads(run(shop, "geometries").stdout)
    assert {"L7160", "5160", "50x30"} <= {each["name"] for each in told["geometries"]}
