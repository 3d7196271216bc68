"""A hand on any row of any table of the mirror is found, and named by its table."""

from __future__ import annotations

import random
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from ledger.settings import load
from lotmark.auditing import audit_installation
from tests.end_to_end.programs import running
from tests.end_to_end.test_import import document, event, import_all

pytestmark = [pytest.mark.end_to_end, pytest.mark.chain]

KEPT_BY_THE_WRITER = {"mirror_cursor", "mirror_meta", "mirror_undo"}
"""How far the writer is and how it goes back: no claims about the chain."""
OTHER = "https://id.gs1.org/414/9521234000105"


def story() -> str:
    line = {"epcClass": "https://id.gs1.org/01/09521234000013/10/A", "quantity": 2, "uom": "KGM"}
    to = [{"type": "location", "destination": OTHER}]
    came = [{"type": "location", "source": "https://id.gs1.org/414/9521234000006"}]
    made = {"epcClass": "https://id.gs1.org/01/09521234000020/10/S", "quantity": 3, "uom": "EA"}
    pallet = "https://id.gs1.org/00/095212340000000013"
    bare = {"action": None, "quantityList": None, "bizStep": "commissioning"}
    at_other = {"readPoint": {"id": OTHER}}
    events: list[dict[str, Any]] = [
        event(),
        event(bizStep="shipping", action="OBSERVE", quantityList=[line], destinationList=to),
        event(**at_other, bizStep="receiving", action="OBSERVE", quantityList=[line],
              sourceList=came),
        event(**at_other, **bare, type="TransformationEvent", inputQuantityList=[line],
              outputQuantityList=[made]),
        event(**at_other, type="AggregationEvent", bizStep="packing", parentID=pallet,
              childQuantityList=[made], quantityList=None),
        event(bizStep="shipping", action="OBSERVE", quantityList=[line | {"quantity": 99}],
              destinationList=to),
    ]  # fmt: skip
    told = [{k: v for k, v in each.items() if v is not None} for each in events]
    for minute, each in enumerate(told):
        each["eventTime"] = f"2026-05-01T10:{minute:02}:00Z"
    return document(*told)


def tables(file: Path) -> list[str]:
    with sqlite3.connect(file) as mirror:
        names = mirror.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        found = [n for (n,) in names if mirror.execute(f'SELECT 1 FROM "{n}"').fetchone()]
    mirror.close()
    return sorted(set(found) - KEPT_BY_THE_WRITER)


def damage(file: Path, table: str, luck: random.Random) -> str:
    """Changes a cell of a row, or takes the row away; tells which.

    Headers of blocks without events may be missing: which are kept depends on when they were read.
    """
    mirror = sqlite3.connect(file)
    with mirror:
        columns = [row[1] for row in mirror.execute(f'PRAGMA table_info("{table}")')]
        keys = [r[1] for r in mirror.execute(f'PRAGMA table_info("{table}")') if r[5]]
        rows = mirror.execute(f'SELECT * FROM "{table}"').fetchall()
        row = dict(zip(columns, luck.choice(rows), strict=True))
        where = " AND ".join(f'"{key}" IS :{key}' for key in keys)
        others = [name for name in columns if name not in keys]
        if not others or (luck.random() < 0.3 and table != "mirror_block_header"):
            mirror.execute(f'DELETE FROM "{table}" WHERE {where}', row)
            told = f"{table} {row}"
        else:
            column = luck.choice(others)
            row["new"] = "by hand" if luck.random() < 0.3 else changed(row[column])
            mirror.execute(f'UPDATE "{table}" SET "{column}" = :new WHERE {where}', row)
            told = f"{table}.{column}"
    mirror.close()
    return told


def changed(value: object) -> object:
    if isinstance(value, bytes):
        return bytes([value[0] ^ 1]) + value[1:] if value else b"x"
    if isinstance(value, int):
        return value + 1
    return f"{value}x" if value is not None else 1


def test_any_edit_of_any_table_is_found(tmp_path: Path) -> None:
    data, file, luck = tmp_path / "data", tmp_path / "story.jsonld", random.Random(11)
    file.write_text(story())
    told = import_all([file], data)
    assert [e["outcome"] for e in told["files"][0]["events"]] == ["facts"] * 5 + ["statement"]
    mirror, copy = data / "mirror.db", tmp_path / "copy.db"
    with running("chain", data=data) as chain:
        assert chain.stdout is not None
        chain.stdout.readline()
        settings = load(data_dir=data, mirror_url=f"sqlite:///{copy}")
        shutil.copy(mirror, copy)
        assert audit_installation(settings).clean
        assert len(tables(mirror)) > 25
        for table in tables(mirror):
            shutil.copy(mirror, copy)
            where = damage(copy, table, luck)
            assert not audit_installation(settings).clean, f"{where} was not found"
