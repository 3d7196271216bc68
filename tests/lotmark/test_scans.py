"""`lotmark scans`: the log, its proof, and the inbox from the command line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import update
from typer.testing import CliRunner

from ledger.errors import InvalidInput, NotFound
from ledger.vocabulary import lot, unit
from lotmark.commands.scans import app
from lotmark.exit_codes import REFUSED
from records.engine import writing
from records.scans import Place, add_views
from records.schema.scans import scan_details
from tests.api.town import GLNS, LETTUCE, PACKER, SALAD, Town, open_town, tell
from tests.records.scans.views import DAY, view
from tests.support.anvil import LocalAnvil

pytestmark = pytest.mark.chain
SERIAL = "7K3M9QX2HB"
PATH = f"/01/{SALAD}/21/{SERIAL}"
CITIES = [("FR", 98, 5), ("JP", 71, 279), ("US", 81, -148), ("ZA", -68, 37), ("BR", -47, -93)]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A town in which one unit was looked at all over the world, and a lot once."""
    with LocalAnvil() as anvil, open_town(anvil, tmp_path_factory.mktemp("scans")) as town:
        tell(town)
        now, subject = town.services.now(), unit(SALAD, SERIAL).id
        looks = [
            view(f"{n}", subject, now - (20 - n) * DAY, Place(*place))
            for n, place in enumerate(CITIES * 2)
        ]
        with writing(town.services.records) as records:
            add_views(records, [*looks, view("x", lot(LETTUCE, "ROM-1").id, now)])
        yield town


@pytest.fixture(scope="module")
def run(town: Town) -> Callable[..., Any]:
    """The command's answer; what it raises is raised."""

    def called(*arguments: object, code: int = 0, shown: bool = False) -> Any:
        data = ["--data", str(town.services.settings.data_dir), *([] if shown else ["--json"])]
        found = CliRunner().invoke(app, [*map(str, arguments), *data])
        if found.exception is not None and not isinstance(found.exception, SystemExit):
            raise found.exception
        assert found.exit_code == code, found.output
        return found.stdout if shown else json.loads(found.stdout)

    return called


def test_the_log_is_listed_checked_anchored_and_proven(town: Town, run) -> None:
    told = run("log")
    assert told["entries"] == 11
    assert [each["seq"] for each in told["scans"]] == list(range(1, 12))
    assert [s["seq"] for s in run("log", f"{LETTUCE}/ROM-1")["scans"]] == [11]
    assert [s["seq"] for s in run("log", "--after", 9)["scans"]] == [10, 11]
    assert run("verify")["anchors"] == 0
    with pytest.raises(NotFound):
        run("proof", 3)
    assert run("anchor")["anchored"].startswith("11 entries")
    town.settle()
    assert run("anchor")["anchored"] is None
    told = run("verify")
    assert (told["entries"], told["anchors"], told["faults"]) == (11, 1, [])
    assert run("proof", 3)["size"] == 11
    assert run("forget")["forgotten"] is None
    assert "11 entries, 0 without details by retention, 1 anchors" in run("verify", shown=True)
    assert "root" in run("proof", 3, shown=True)
    assert "France" not in run("log", shown=True)  # countries are codes here
    assert SERIAL in run("log", shown=True)


def test_what_was_altered_is_named_and_ends_with_1(town: Town, run) -> None:
    def set_verdict(word: str) -> None:
        with writing(town.services.records) as records:
            there = scan_details.c.seq == 4
            records.execute(update(scan_details).where(there).values(verdict=word))

    set_verdict("sold")
    told = run("verify", code=REFUSED)
    assert told["faults"] == [{"seq": 4, "kind": "details_altered"}]
    assert "entry 4: details altered" in run("verify", code=REFUSED, shown=True)
    set_verdict("registered")
    assert run("verify")["faults"] == []


def test_a_unit_is_judged_alone_and_everything_together(run) -> None:
    told = run("judge", PATH)
    assert told["level"] == "conflict"
    assert all(each["text"] and each["scans"] for each in told["reasons"])
    assert run("alerts")["alerts"] == []  # nothing was written
    assert "conflict" in run("judge", PATH, shown=True)
    with pytest.raises(InvalidInput):
        run("judge", f"{LETTUCE}/ROM-1")
    assert run("judge")["judged"] == "1 alerts"
    assert run("judge")["judged"] is None
    (alert,) = run("alerts", "--outcome", "open")["alerts"]
    assert alert["subject"]["serial"] == SERIAL
    assert run("alerts", "--org", GLNS[PACKER])["alerts"] == [alert]
    number = alert["id"]
    run("outcome", number, "unclear", "--org", GLNS[PACKER], "--note", "asked the shop")
    run("outcome", number, "confirmed", "--org", GLNS[PACKER])
    told = run("alert", number)
    assert [each["outcome"] for each in told["outcomes"]] == ["unclear", "confirmed"]
    assert told["outcomes"][0]["by"] == "command line"
    assert "asked the shop" in run("alert", number, shown=True)
    assert {each["precision"] for each in run("precision")["precision"]} == {1.0}
    assert "100 %" in run("precision", shown=True)
    with pytest.raises(NotFound):
        run("outcome", number + 1, "confirmed", "--org", GLNS[PACKER])


def test_rules_are_shown_replayed_and_simulated(run) -> None:
    told = run("rules")
    assert told["current"]
    assert "R6" in run("rules", "--rules", told["version"], shown=True)
    told = run("replay", "--rules", "2", "--before", "2")
    assert (told["units"], told["changed"]) == (1, [])
    assert "1 units" in run("replay", shown=True)
    for command in ("rules", "replay", "simulate", "judge"):
        with pytest.raises(InvalidInput):
            run(command, "--rules", "none")
    sizes = ("--genuine", 3, "--families", 2)
    told = run("simulate", "--seed", 1, *sizes)
    assert told == run("simulate", "--seed", 1, *sizes)
    assert {each["kind"] for each in told["rates"]} == {"genuine", "family"}
    assert "family" in run("simulate", *sizes, shown=True)
