"""Print runs over the web: made once, their file handed out once, and issued again."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Thread

import pytest
import uvicorn

from api.printing.handing_out import PrintFile
from ledger.codes import pairing, read_code
from ledger.vocabulary import Seconds, unit
from records import print_files, units
from records.engine import reading, writing
from tests.api.printing.packer import (
    HOST,
    OTHER_LOT,
    RECIPIENT,
    asked,
    made,
    opened,
    printed,
    printing_town,
)
from tests.api.town import PACKER, SALAD, SHOP, Town

pytestmark = pytest.mark.chain


@pytest.fixture(scope="module")
def town(anvil, tmp_path_factory) -> Iterator[Town]:
    with printing_town(anvil, tmp_path_factory.mktemp("printing")) as town:
        yield town


def test_the_print_file_has_what_a_print_shop_needs(town):
    rows = printed(town, made(town, lot=OTHER_LOT))
    assert [row["place"] for row in rows] == ["0", "1", "2", "3", "4"]
    for row in rows:
        serial = row["serial"]
        assert row["digital_link"] == f"{HOST}/01/{SALAD}/10/{OTHER_LOT}/21/{serial}"
        assert row["element_string"] == f"(01){SALAD}(10){OTHER_LOT}(21){serial}"
        assert (row["gtin"], row["lot"]) == (SALAD, OTHER_LOT)
        assert row["pairing"] == pairing(unit(SALAD, serial).id)
        assert len(read_code(row["code"])) == 16
    assert all(row["code"] == "" for row in printed(town, made(town, lot=OTHER_LOT, codes=False)))


def test_a_repeat_makes_nothing_new_and_another_request_is_refused(town):
    first = town.post(PACKER, "/print-runs", asked(), key="labels-1")
    again = town.post(PACKER, "/print-runs", asked(), key="labels-1")
    assert again.json() == first.json()
    assert first.headers["location"] == f"/api/v1/print-runs/{first.json()['id']}"
    other = town.post(PACKER, "/print-runs", asked(count=6), key="labels-1")
    assert (other.status_code, other.json()["code"]) == (422, "IdempotencyKeyReused")
    folder = print_files.folder(town.services.settings)
    waiting = [path.name for path in folder.iterdir() if path.name.startswith(first.json()["id"])]
    assert waiting == [f"{first.json()['id']}.csv.age"]
    assert not list(folder.glob("*.part"))
    town.settle()


def test_the_same_request_many_times_at_once_makes_one_run(town):
    def post(_: int) -> dict:
        response = town.post(PACKER, "/print-runs", asked(count=2000), key="at once")
        assert response.status_code == 202, response.text
        return response.json()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(post, range(4)))
    assert len({each["id"] for each in answers}) == 1
    folder = print_files.folder(town.services.settings)
    with reading(town.services.records) as records:
        known = {f"{run_id}{print_files.SUFFIX}" for run_id in units.ids(records)}
    assert {path.name for path in folder.iterdir()} <= known
    town.settle()


@pytest.mark.parametrize(
    ("changed", "status", "code", "field"),
    [
        ({"recipient": "age1nobody"}, 422, "CommandInvalid", "recipient"),
        ({"count": 0}, 422, "CommandInvalid", "count"),
        ({"count": 100_001}, 422, "CommandInvalid", "count"),
        ({"each": "0.5"}, 422, "CommandInvalid", "each"),
        ({"lot": "NONE"}, 409, "ItemUnknown", None),
        ({"gtin": "09521234000013"}, 409, "ProductUnknown", None),
        ({"each": 150_000}, 409, "UnitsExceedLot", None),
        ({"activation": "later"}, 422, "CommandInvalid", "activation"),
    ],
)
def test_what_cannot_be_made_leaves_nothing_behind(town, changed, status, code, field):
    folder = print_files.folder(town.services.settings)
    before = sorted(folder.iterdir()) if folder.exists() else []
    response = town.post(PACKER, "/print-runs", asked(**changed))
    assert response.status_code == status, response.text
    assert response.json()["code"] == code
    assert response.json().get("field") == field
    assert (sorted(folder.iterdir()) if folder.exists() else []) == before


def test_only_the_maker_sees_and_makes_runs(town):
    refused = town.post(SHOP, "/print-runs", asked())
    assert (refused.status_code, refused.json()["code"]) == (409, "RoleMissing")
    run = made(town)
    for path in ("", "/file", "/activations"):
        assert town.get(f"/api/v1/print-runs/{run['id']}{path}", SHOP).status_code == 404
        assert town.get(f"/api/v1/print-runs/{run['id']}{path}").status_code == 401
    whole = town.get("/api/v1/print-runs?limit=200", PACKER).json()["entries"]
    listed = town.get("/api/v1/print-runs?limit=1", PACKER).json()
    rest = town.get(f"/api/v1/print-runs?limit=200&after={listed['next']}", PACKER).json()
    assert listed["entries"] + rest["entries"] == whole
    assert [each["id"] for each in whole].count(run["id"]) == 1
    assert town.get("/api/v1/print-runs?after=x", PACKER).status_code == 400
    assert town.get("/api/v1/print-runs", SHOP).json()["entries"] == []
    town.settle()


def test_the_print_file_is_given_once_and_to_nobody_by_halves(town):
    run = made(town)
    address = f"/api/v1/print-runs/{run['id']}/file"
    path = print_files.path_of(town.services.settings, run["id"])
    assert path.stat().st_mode & 0o777 == 0o600
    secret = f"Bearer {town.secrets[PACKER]}"
    head = town.web.head(address, headers={"Authorization": secret})
    assert (head.status_code, path.exists()) == (200, True)

    now = town.services.now()
    with writing(town.services.records) as records:
        assert units.hold_file(records, run["id"], now)
    assert town.get(address, PACKER).status_code == 409
    asyncio.run(send_to_who_leaves(town, run["id"], now))
    assert path.exists()
    assert town.get(f"/api/v1/print-runs/{run['id']}", PACKER).json()["file"] == "waiting"

    assert len(opened(town.get(address, PACKER).content)) == 5
    assert not path.exists()
    gone = town.get(address, PACKER)
    assert (gone.status_code, gone.json()["code"]) == (410, "PrintFileGone")
    town.settle()


async def send_to_who_leaves(town: Town, run_id: str, since: Seconds) -> None:
    async def receive():
        return {"type": "http.disconnect"}

    async def send(_):
        await asyncio.sleep(0)

    await PrintFile(town.services, run_id, since)({}, receive, send)


def test_a_run_whose_file_is_missing_says_so_and_is_issued_again(town):
    run = made(town)
    print_files.remove(print_files.path_of(town.services.settings, run["id"]))
    town.settle()
    known = town.get(f"/api/v1/print-runs/{run['id']}", PACKER).json()
    assert known["file"] == "missing"
    assert town.get(f"/api/v1/print-runs/{run['id']}/file", PACKER).status_code == 410
    again = town.post(
        PACKER, f"/print-runs/{run['id']}/reissues", {"recipient": RECIPIENT, "reason": "lost"}
    ).json()
    town.settle()
    assert again["replaces"] == {"run": run["id"], "first": 0, "count": 5, "reason": "lost"}
    known = town.get(f"/api/v1/print-runs/{run['id']}", PACKER).json()
    assert known["voided"] == 5
    assert [each["run"] for each in known["replaced_by"]] == [again["id"]]
    assert len(printed(town, again)) == 5


@contextmanager
def served(town: Town) -> Iterator[int]:
    """The service behind a real server; its port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(town.web.app, log_config=None, access_log=False, lifespan="off")
        server = uvicorn.Server(config)
        thread = Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()


def test_a_real_client_that_leaves_half_way_may_come_again(town):
    run = made(town)
    path = print_files.path_of(town.services.settings, run["id"])
    path.write_bytes(bytes(24_000_000))  # more than the sockets hold between them
    asked = (
        f"GET /api/v1/print-runs/{run['id']}/file HTTP/1.1\r\nHost: x\r\n"
        f"Authorization: Bearer {town.secrets[PACKER]}\r\nConnection: close\r\n\r\n"
    ).encode()
    with served(town) as port:
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.sendall(asked)
            assert client.recv(1000).startswith(b"HTTP/1.1 200")
        state = f"/api/v1/print-runs/{run['id']}"
        deadline = time.monotonic() + 30
        while town.get(state, PACKER).json()["file"] != "waiting":
            assert time.monotonic() < deadline
            time.sleep(0.02)
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.sendall(asked)
            received = 0
            while piece := client.recv(1 << 20):
                received += len(piece)
        assert received > 24_000_000
    assert town.get(state, PACKER).json()["file"] == "handed_out"
    assert not path.exists()
    town.settle()
