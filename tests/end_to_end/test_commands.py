"""Acts and offices from the command line, on a stack of their own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ledger.commands import BY_NAME
from tests.end_to_end.programs import answer_of, lotmark, running

pytestmark = [pytest.mark.end_to_end, pytest.mark.chain]
MILL, BAKERY = "9521234000006", "9521235000005"
FLOUR = "09521234000013"
LOT = f"{FLOUR}/F-1"
ROOT = "0x" + "77" * 32
NONE = "0x" + "00" * 32


PRODUCT = {
    "act": "RegisterProduct",
    "product": FLOUR,
    "prefix_length": 7,
    "unit": "0x" + b"EA\0".hex(),
    "decimals": 0,
    "document": ROOT,
}
MADE = {"act": "CommissionItem", "item": LOT, "amount": 20, "expiry": 0}
MEMBER = "0x" + "5a" * 20


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An installation at work, with two organisations."""
    folder = tmp_path_factory.mktemp("acts") / "data"
    with running("up", "--port", 0, "--json", data=folder) as stack:
        answer_of(stack)
        lotmark("org", "create", MILL, "--name", "Mill", "--prefix", MILL[:7], data=folder)
        lotmark("org", "create", BAKERY, "--name", "Bakery", data=folder)
        yield folder


def act(data: Path, org: str, acts: Any, *options: object, code: int = 0) -> Any:
    waits = ["--wait"] if not code and "--dry-run" not in options else []
    body = json.dumps(acts)
    return lotmark("act", "--org", org, body, *waits, *options, data=data, code=code)


def test_goods_and_units(data: Path) -> None:
    assert act(data, MILL, PRODUCT)["state"] in ("included", "final")
    told = act(data, MILL, MADE, "--dry-run")
    assert [each["event"] for each in told["events"]] == ["ItemCommissioned"]
    once = [act(data, MILL, MADE, "--key", "first run")["id"] for _ in range(2)]
    assert once[0] == once[1]
    issue = {"act": "IssueUnits", "lot": LOT, "count": 10, "each": 1, "root": ROOT}
    act(data, MILL, issue)
    act(data, MILL, {"act": "SellUnits", "lot": LOT, "issue": 1, "indexes": [2, 5]})
    (issued,) = lotmark("units", "issues", LOT, data=data)["issues"]
    assert (issued["count"], issued["each"], issued["root"]) == (10, "1", ROOT)
    assert lotmark("units", "state", LOT, 5, data=data)["sold"] is True


def test_what_cannot_be_done_is_told(data: Path) -> None:
    refused = act(data, BAKERY, MADE | {"amount": 5}, code=1)["error"]
    assert refused["code"] in ("NotAMaker", "ProductUnknown")
    assert "organisation 2" not in refused["message"].lower()
    assert act(data, BAKERY, MADE | {"amount": "5"}, code=2)["error"]["field"] == "amount"
    assert act(data, BAKERY, {"act": "Fly"}, code=2)["error"]["field"] == "act"


def test_papers_and_points(data: Path) -> None:
    issued = {"act": "IssueCertificate", "subject": BAKERY, "document": ROOT, "scheme": NONE}
    act(data, MILL, issued | {"valid_from": 0, "valid_to": 0})
    (good,) = lotmark("certificate", "--of", BAKERY, data=data)["certificates"]
    assert (good["state"], good["certifier"]["name"]) == ("good", "Mill")
    anchored = {"act": "AnchorRoot", "content": 1, "root": ROOT, "size": 9, "predecessor": NONE}
    act(data, MILL, anchored)
    assert lotmark("anchor", "--org", MILL, data=data)["anchors"][0]["size"] == 9
    opened = {"act": "OpenProgramme", "rules": ROOT, "budget": 100, "daily_cap": 50}
    award = {"act": "AwardPoints", "programme": 1, "member": MEMBER, "receipt": ROOT, "points": 30}
    act(data, BAKERY, [opened | {"return_window": 86_400}, award])  # no job settles it
    assert lotmark("loyalty", "programme", 1, data=data)["issued"] == 30
    assert lotmark("loyalty", "account", 1, MEMBER, data=data)["pending"] == 30
    assert lotmark("loyalty", "trial-balance", 1, data=data)["pending"] == 30


def test_offices(data: Path) -> None:
    lotmark("org", "suspend", BAKERY, data=data)
    lotmark("org", "suspend", BAKERY, data=data, code=1)
    lotmark("org", "resume", BAKERY, data=data)
    lotmark("pause", data=data)
    assert lotmark("governor", "show", data=data)["paused"] is True
    lotmark("resume", data=data)
    lotmark("org", "roles", "propose", BAKERY, "--role", "retailer", data=data)
    lotmark("org", "roles", "apply", BAKERY, data=data)
    names = {each["name"] for each in lotmark("directory", data=data)["contracts"]}
    assert {"Loyalty", "UnitRegistry", "ProductLedger"} <= names


def test_keys(data: Path) -> None:
    assert len(lotmark("org", "keys", "rotate", MILL, data=data)["revoked"]) == 1
    say = {"act": "AnchorRoot", "content": 2, "root": ROOT, "size": 9, "predecessor": NONE}
    act(data, MILL, say)  # by the new key
    keys = lotmark("org", "keys", "list", MILL, data=data)["keys"]
    assert [key["revoked"] for key in keys if key["signs_here"]] == [False]
    holder = lotmark("governor", "new-key", data=data)["address"]
    lotmark("org", "admin", "propose", MILL, holder, data=data)
    lotmark("org", "admin", "accept", MILL, holder, data=data)
    lotmark("org", "keys", "add", MILL, MEMBER, "--role", "carrier", data=data)
    lotmark("org", "keys", "revoke", MILL, MEMBER, data=data)


def test_every_act_is_listed_with_fields_and_meaning(tmp_path: Path) -> None:
    listed = lotmark("act", "--list", data=tmp_path)["acts"]
    assert {each["name"] for each in listed} == set(BY_NAME)
    assert all(each["fields"] and each["meaning"].endswith(".") for each in listed)
