"""An audit finds what was changed by hand, and nothing where nothing was."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.end_to_end.programs import lotmark
from tests.end_to_end.test_import import document, event, import_all

pytestmark = [pytest.mark.end_to_end, pytest.mark.chain]


def test_hand_edited_mirror_and_documents_are_found(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "harvest.jsonld"
    file.write_text(document(event()))
    import_all([file], data)
    assert lotmark("audit", data=data)["findings"] == []

    with sqlite3.connect(data / "mirror.db") as mirror:
        changed = mirror.execute("UPDATE mirror_holding SET amount = amount + 1").rowcount
    mirror.close()
    assert changed == 1
    (found,) = lotmark("audit", data=data, code=1)["findings"]
    assert found["kind"] == "RowDiffers"
    assert "5000" in found["expected"]

    with sqlite3.connect(data / "mirror.db") as mirror:
        mirror.execute("UPDATE mirror_holding SET amount = amount - 1")
    mirror.close()
    with sqlite3.connect(data / "records.db") as records:
        changed = "CAST(replace(data, 'KGM', 'GRM') AS BLOB)"
        records.execute(f"UPDATE documents SET data = {changed}")
    records.close()
    kinds = {each["kind"] for each in lotmark("audit", data=data, code=1)["findings"]}
    assert {"DocumentAltered", "StatementAltered"} <= kinds


def test_mirror_of_another_version_is_made_anew(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "harvest.jsonld"
    file.write_text(document(event()))
    import_all([file], data)
    before = lotmark("status", data=data)["mirror"]
    with sqlite3.connect(data / "mirror.db") as mirror:
        mirror.execute("UPDATE mirror_meta SET value = 'older' WHERE name = 'fold'")
        mirror.execute("DELETE FROM mirror_holding")
    mirror.close()
    assert lotmark("status", data=data, code=4)["error"]["code"] == "MirrorOutdated"

    assert import_all([file], data)["added"] == 0
    after = lotmark("status", data=data)["mirror"]
    assert [after[name] for name in ("facts", "statements")] == [
        before[name] for name in ("facts", "statements")
    ]
    assert lotmark("audit", data=data)["clean"]
