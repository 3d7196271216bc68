"""Imports of files: real documents in any order, and bad ones."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.programs import lotmark, run

pytestmark = [pytest.mark.end_to_end, pytest.mark.chain]

SALAD = "10860009998039/SALAD-20260420-A"
PACKED = "https://id.gs1.org/01/10860009999920/10/ABC1234"
HARVESTED = "https://id.gs1.org/01/00860009999923/10/ABC1234"
GLN = "9521234000006"


def documents(shared_data: Path) -> list[Path]:
    folder = shared_data / "epcis"
    return sorted([*folder.glob("fsma204/*.jsonld"), *folder.glob("eudr/*.jsonld")])


def import_all(files: list[Path], data: Path, *more: str) -> dict[str, Any]:
    told: dict[str, Any] = lotmark("import", "--bootstrap-master-data", *more, *files, data=data)
    return told


@pytest.mark.shared_data
@pytest.mark.parametrize("order", ["time", "shuffled"])
def test_real_documents_in_any_order(order: str, shared_data: Path, tmp_path: Path) -> None:
    files = documents(shared_data)
    random.Random(7).shuffle(files)
    told = import_all(files, tmp_path, *(["--keep-order"] if order == "shuffled" else []))
    events = [event for file in told["files"] for event in file["events"]]
    assert len(events) == told["events"] == 24
    assert told["refused"] == 0
    assert all(event["outcome"] != "facts" or event["acts"] for event in events)

    again = import_all(files, tmp_path)
    assert again["added"] == 0
    assert again["known"] == again["events"] == 24

    found = lotmark("findings", data=tmp_path)["findings"]
    assert found
    assert all(each["reason"] and each["document"]["line"] > 0 for each in found)

    reached = {
        n["item"] for n in lotmark("trace", SALAD, "--direction", "up", data=tmp_path)["nodes"]
    }
    assert {PACKED, HARVESTED} <= reached
    assert lotmark("audit", data=tmp_path)["clean"]


def event(**told: Any) -> dict[str, Any]:
    return {
        "type": "ObjectEvent",
        "eventTime": "2026-05-01T10:00:00Z",
        "eventTimeZoneOffset": "+00:00",
        "action": "ADD",
        "bizStep": "commissioning",
        "readPoint": {"id": f"https://id.gs1.org/414/{GLN}"},
        "quantityList": [
            {"epcClass": "https://id.gs1.org/01/09521234000013/10/A", "quantity": 5, "uom": "KGM"}
        ],
    } | told


def document(*events: dict[str, Any]) -> str:
    return json.dumps(
        {
            "@context": ["https://ref.gs1.org/standards/epcis/epcis-context.jsonld"],
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "creationDate": "2026-05-01T10:00:00Z",
            "epcisBody": {"eventList": list(events)},
        },
        indent=1,
    )


@pytest.mark.parametrize(
    ("name", "text", "field"),
    [
        ("broken.jsonld", '{"type": "EPCISDocument",', ""),
        ("future.jsonld", document(event(eventTime="2099-01-01T00:00:00Z")), "eventTime"),
        (
            "digit.jsonld",
            document(event(readPoint={"id": "https://id.gs1.org/414/9521234000007"})),
            "readPoint",
        ),
        ("column.csv", "act,gtin,quantity\ncommission,09521234000013,5\n", "lot"),
        ("long.csv", f"act,gtin,lot,quantity\ncommission,09521234000013,{'L' * 21},5\n", "lot"),
    ],
)
def test_bad_files_are_told_by_line_and_field_and_nothing_is_kept(
    name: str, text: str, field: str, tmp_path: Path
) -> None:
    good, bad, data = tmp_path / "good.jsonld", tmp_path / name, tmp_path / "data"
    good.write_text(document(event()))
    bad.write_text(text)
    told = lotmark("import", good, bad, "--as", GLN, data=data, code=2)["error"]
    (fault, *_) = told["values"]["faults"]
    assert fault["file"] == str(bad)
    assert fault["line"] >= 1
    assert field in fault["field"]
    assert fault["reason"]
    assert not (data / "records.db").exists()


def test_csv_is_all_or_nothing(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "lines.csv"
    head = "act,gtin,lot,quantity,unit,name,decimals\n"
    file.write_text(
        head + "product,09521234000013,,,KGM,Lettuce,1\ncommission,09521234000013,A,5,,,\n"
    )
    told = import_all([file], data, "--as", GLN)
    assert (told["facts"], told["added"]) == (2, 2)
    file.write_text(head + "commission,09521234000013,B,5,,,\nsell,09521234000013,A,50,,,\n")
    refused = lotmark("import", file, "--as", GLN, data=data, code=2)["error"]
    assert [fault["line"] for fault in refused["values"]["faults"]] == [3]
    assert run("lot", "09521234000013/B", data=data).returncode == 0
    assert lotmark("lot", "09521234000013/B", data=data)["item"] is None


def test_dry_run_tells_and_keeps_nothing(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "harvest.jsonld"
    file.write_text(document(event()))
    import_all([file], data)
    file.write_text(document(event(eventTime="2026-05-02T10:00:00Z")))
    told = lotmark("import", "--dry-run", file, data=data)
    assert [e["outcome"] for e in told["files"][0]["events"]] == ["facts"]
    assert told["added"] == 0
    assert lotmark("import", "--dry-run", file, data=data)["known"] == 0


def test_whose_files_they_are_is_settled_before_any_is_kept(tmp_path: Path) -> None:
    data, file, empty = tmp_path / "data", tmp_path / "harvest.jsonld", tmp_path / "empty.jsonld"
    elsewhere = {"id": "https://id.gs1.org/414/9521234000105"}
    file.write_text(document(event(), event(readPoint=elsewhere, action="OBSERVE")))
    empty.write_text(document())
    assert import_all([file, empty], data)["events"] == 2

    new, nobodys = tmp_path / "new.jsonld", tmp_path / "nobodys.jsonld"
    new.write_text(document(event(eventTime="2026-05-02T10:00:00Z")))
    nobodys.write_text(
        document(event(eventTime="2026-05-03T10:00:00Z", readPoint={"id": "urn:x:nowhere"}))
    )
    refused = lotmark("import", new, nobodys, data=data, code=1)["error"]
    assert nobodys.name in refused["message"]
    assert lotmark("import", "--dry-run", new, data=data)["facts"] == 1
