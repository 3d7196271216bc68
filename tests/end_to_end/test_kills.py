"""kill -9 of each process while files are imported: every accepted operation is performed once."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.programs import (
    ROOT,
    alive,
    answer_of,
    environment,
    lotmark,
    running,
    wait_for,
)
from tests.end_to_end.test_import import document, event

pytestmark = [pytest.mark.end_to_end, pytest.mark.chain, pytest.mark.timeout(600)]

FARM, SHOP = "9521234000006", "9521234000105"
GTIN = "09521234000013"
LOTS = 25
VICTIMS = ("chain", "node", "index", "send", "serve", "import")


def at(gln: str) -> dict[str, str]:
    return {"id": f"https://id.gs1.org/414/{gln}"}


def files(folder: Path, round_: str) -> list[Path]:
    """Lots that a farm harvests and ships and a shop receives, in one document for each step."""

    def step(name: str, hour: int, gln: str, **told: Any) -> Path:
        party = {"type": "owning_party"}
        sides = {
            "sourceList": [party | {"source": f"https://id.gs1.org/417/{FARM}"}],
            "destinationList": [party | {"destination": f"https://id.gs1.org/417/{SHOP}"}],
        }
        events = [
            event(
                eventTime=f"2026-05-01T{hour:02}:{number:02}:00Z",
                readPoint=at(gln),
                quantityList=[quantity(number)],
                **told,
                **(sides if hour > 6 else {}),
            )
            for number in range(LOTS)
        ]
        path = folder / f"{round_}-{name}.jsonld"
        path.write_text(document(*events))
        return path

    def quantity(number: int) -> dict[str, Any]:
        link = f"https://id.gs1.org/01/{GTIN}/10/{round_}-{number}"
        return {"epcClass": link, "quantity": 5, "uom": "KGM"}

    return [
        step("harvest", 6, FARM),
        step("shipping", 7, FARM, action="OBSERVE", bizStep="shipping"),
        step("receiving", 8, SHOP, action="OBSERVE", bizStep="receiving"),
    ]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kills")


@pytest.fixture(scope="module")
def workers(data: Path) -> Iterator[dict[str, int]]:
    """Everything runs; its processes as they were at first."""
    with running("up", "--port", 0, "--json", data=data) as process:
        yield answer_of(process)["workers"]


def count(data: Path, query: str, database: str = "records.db") -> int:
    with closing(sqlite3.connect(data / database)) as connection:
        return int(connection.execute(query).fetchone()[0])


def accepted(data: Path) -> int:
    return count(data, "SELECT count(*) FROM outbox")


def pid_of(victim: str, data: Path, workers: dict[str, int]) -> int:
    if victim == "node":
        return int(json.loads((data / "chain.json").read_text())["pid"])
    lock = {"chain": data / "chain" / "lock"}.get(victim, data / "run" / f"{victim}.lock")
    return int(lock.read_text()) if lock.exists() else workers[victim]


def start_import(paths: list[Path], data: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "lotmark", "import", *map(str, paths), "--data", str(data)]
    return subprocess.Popen(
        [*command, "--bootstrap-master-data", "--json"], cwd=ROOT, env=environment(),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.mark.parametrize("victim", VICTIMS)
def test_import_survives(victim: str, data: Path, workers: dict[str, int]) -> None:
    paths = files(data, victim)
    before = accepted(data)
    importing = start_import(paths, data)
    try:
        wait_for(lambda: accepted(data) > before + LOTS)
        pid = importing.pid if victim == "import" else pid_of(victim, data, workers)
        os.kill(pid, signal.SIGKILL)
        out, err = importing.communicate(timeout=200)
        wait_for(lambda: not alive(pid))
    finally:
        importing.kill()
    if victim != "import":
        assert importing.returncode == 0, err[-3000:]
        assert json.loads(out)["facts"] == 3 * LOTS
    again = lotmark("import", *paths, data=data)
    assert again["events"] == 3 * LOTS
    if victim != "import":
        assert again["added"] == 0
    check_exactly_once(data)


def check_exactly_once(data: Path) -> None:
    status = lotmark("status", data=data)
    assert status["attention"] == []
    operations = status["operations"]
    assert operations["included"] + operations["final"] == sum(operations.values())
    assert lotmark("findings", data=data)["findings"] == []
    with closing(sqlite3.connect(data / "records.db")) as connection:
        accepted = connection.execute("SELECT org, number FROM outbox").fetchall()
    with closing(sqlite3.connect(data / "mirror.db")) as connection:
        query = "SELECT org, operation FROM mirror_operation_performed"
        rows = connection.execute(query).fetchall()
        performed = [(org, int.from_bytes(number)) for org, number in rows]
    assert sorted(performed) == sorted(accepted)
    assert lotmark("audit", data=data)["clean"]


def test_killed_as_a_whole_it_goes_on_where_it_was(tmp_path: Path) -> None:
    paths = files(tmp_path, "whole")
    with running("up", "--port", 0, "--json", data=tmp_path, ends=False) as up:
        workers = answer_of(up)["workers"]
        node = int(json.loads((tmp_path / "chain.json").read_text())["pid"])
        importing = start_import(paths, tmp_path)
        wait_for(lambda: accepted(tmp_path) > LOTS)
        up.kill()
        importing.kill()
        importing.communicate()
        wait_for(lambda: not any(map(alive, (*workers.values(), node))))
    told = lotmark("import", *paths, data=tmp_path)
    assert told["facts"] + told["known"] == 3 * LOTS
    check_exactly_once(tmp_path)
