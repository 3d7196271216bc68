"""`lotmark sale` on a real shop's installation."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from ledger.errors import ActRefused, CommandInvalid, LotmarkError, NotFound
from lotmark.commands.sale import app
from tests.api.shop import Shop, open_shop
from tests.api.town import GLNS, LETTUCE, SALAD, SHOP

pytestmark = pytest.mark.chain


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with open_shop(tmp_path_factory.mktemp("command")) as shop:
        yield shop


def run(shop: Shop, *arguments: object) -> Any:
    """The answer of `lotmark sale ...`, or the error that it ends with."""
    data = str(shop.town.services.settings.data_dir)
    options = ["--org", GLNS[SHOP], "--data", data, "--json"]
    done = CliRunner().invoke(app, [*map(str, arguments), *options])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_sold_taken_back_undone_and_listed(shop: Shop) -> None:
    loose = f"{LETTUCE}/ROM-1@0.5:2.10"
    made = run(shop, "sell", f"{shop.code(0)}:3.99", loose, "--number", "C-1", "--card", shop.card)
    assert (made["total"], made["points"], made["currency"]) == (609, 60, "EUR")
    back = run(shop, "return", "2@0.25", "--receipt", "C-1")
    assert (back["number"], back["total"]) == ("C-1-R1", 105)
    assert run(shop, "return", shop.code(0))["sale"] == made["id"]
    run(shop, "sell", f"{shop.code(1)}:1", "--number", "C-2", "--online")
    assert run(shop, "undo", "--receipt", "C-2")["reason"] == "undo"
    shop.town.settle()
    listed = run(shop, "receipts")["receipts"]
    assert [each["kind"] for each in listed] == ["return", "sale", "return", "return", "sale"]
    assert {each["status"] for each in listed} == {"recorded"}
    assert run(shop, "show", "C-1")["lines"][1]["returned"] == "0.25"
    with pytest.raises(NotFound):
        run(shop, "show", "C-9")


@pytest.mark.parametrize(
    ("option", "wrong"),
    [("--currency", "euro"), ("--site", "by the river"), ("--number", "n" * 65)],
)
def test_what_no_receipt_can_have_is_told_by_its_field(shop: Shop, option: str, wrong: str) -> None:
    number = [] if option == "--number" else ["--number", "C-0"]
    with pytest.raises(CommandInvalid, match=f"^{option[2:]} must be"):
        run(shop, "sell", f"{shop.code(3)}:1", *number, option, wrong)


def test_a_refusal_says_what_to_do(shop: Shop) -> None:
    run(shop, "sell", f"{shop.code(2)}:1", "--number", "C-3")
    with pytest.raises(ActRefused, match=r"sold already.*Do not sell it"):
        run(shop, "sell", f"{shop.code(2)}:1", "--number", "C-4")


def test_the_same_key_sells_once(shop: Shop) -> None:
    first, again = (
        run(shop, "sell", f"{SALAD}/SAL-B@1:1", "--number", "C-5", "--key", "once")
        for _ in range(2)
    )
    assert first["id"] == again["id"]


def test_a_file_is_recorded_once_and_whole(shop: Shop, tmp_path: Path) -> None:
    rows = ["number,code,quantity,price,currency,card,return_of,line"]
    rows += [f"D-{n},{SALAD}/SAL-B,1,1.00,EUR,{shop.card},," for n in range(12)]
    rows += ["D-R,,,,,,D-3,1"]
    file = tmp_path / "day.csv"
    file.write_text("\n".join(rows))
    assert run(shop, "import", file) == {"receipts": 13}
    assert run(shop, "import", file) == {"receipts": 13}
    shop.town.settle()
    assert len([x for x in run(shop, "receipts")["receipts"] if x["number"][:2] == "D-"]) == 13
    file.write_text(
        "\n".join([rows[0], f"E-1,{SALAD}/SAL-B,1,1,EUR,,,", "E-2,nonsense,1,1,EUR,,,"])
    )
    with pytest.raises(LotmarkError):
        run(shop, "import", file)
    with pytest.raises(NotFound):
        run(shop, "show", "E-1")
