"""Print runs over the web: made once, handed out once, found by a scan, sold and claimed."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Thread

import pyrage
import pytest
import uvicorn

from api.printing.handing_out import PrintFile
from ledger.chain.codes import code_key
from ledger.chain.points import sign_claim
from ledger.chain.relay import Domain
from ledger.codes import pairing, read_code
from ledger.commands import ClaimPoints
from ledger.errors import UnitNotProven
from ledger.proofs import Pinned, proof_from_json, verify_unit
from ledger.vocabulary import DocumentHash, lot, unit
from records import print_files, units
from records.engine import reading, writing
from tests.api.town import GLNS, PACKER, SALAD, SHOP, Town, open_town
from tests.support.packs import MEMBERS

PRINT_SHOP = pyrage.x25519.Identity.generate()
RECIPIENT = str(PRINT_SHOP.to_public())
LOT = "RUN-1"
HOST = "https://id.town.example"
OTHER_LOT = "RUN-2"
pytestmark = pytest.mark.chain


@pytest.fixture(scope="module")
def town(anvil, tmp_path_factory) -> Iterator[Town]:
    """A packer with two lots, and a shop that holds some of both."""
    with open_town(anvil, tmp_path_factory.mktemp("printing")) as town:
        described = {"name": {"en": "Salad bowl"}}
        product = {"gtin": SALAD, "unit": "EA", "decimals": 0, "description": described}
        town.act(PACKER, "/products", product)
        for number in (LOT, OTHER_LOT):
            made = {"gtin": SALAD, "lot": number, "amount": 200_000, "expiry": "2035-01-01"}
            town.act(PACKER, "/lots", made)
        ship(town, "DN-1", LOT, 100)
        yield town


def ship(town: Town, reference: str, number: str, amount: int, **more) -> None:
    line = {"gtin": SALAD, "lot": number, "amount": amount}
    shipment = {"reference": reference, "receiver": SHOP, "lines": [line], **more}
    town.act(PACKER, "/shipments", shipment)
    town.act(SHOP, "/receipts", {"shipper": PACKER, "reference": reference})


def asked(**changed) -> dict:
    wanted = {"gtin": SALAD, "lot": LOT, "count": 5, "codes": True, "recipient": RECIPIENT}
    return wanted | changed


def made(town: Town, **changed) -> dict:
    response = town.post(PACKER, "/print-runs", asked(**changed))
    assert response.status_code == 202, response.text
    return response.json()


def issued(town: Town, **changed) -> tuple[dict, list[dict[str, str]]]:
    """A run that is on chain, and its printed lines."""
    run = made(town, **changed)
    town.settle()
    return town.get(f"/api/v1/print-runs/{run['id']}", PACKER).json(), printed(town, run)


def opened(sealed: bytes) -> list[dict[str, str]]:
    plain = pyrage.decrypt(sealed, [PRINT_SHOP]).decode()
    return list(csv.DictReader(io.StringIO(plain)))


def printed(town: Town, run: dict) -> list[dict[str, str]]:
    """The print file, which is gone then."""
    response = town.get(f"/api/v1/print-runs/{run['id']}/file", PACKER)
    assert response.status_code == 200, response.text
    return opened(response.content)


def scanned(town: Town, row: dict[str, str]) -> dict:
    return town.get(row["digital_link"].removeprefix(HOST), Accept="application/json").json()


def why(town: Town, row: dict[str, str]) -> tuple[str, str]:
    """Verdict and first reason."""
    told = scanned(town, row)["verdict"]
    return told["verdict"], told["reasons"][0]


def test_a_run_goes_from_the_print_shop_to_the_claim(town):
    run = made(town)
    assert (run["state"], run["file"], run["issue"]) == ("being_registered", "waiting", None)
    rows = printed(town, run)
    row = rows[2]
    assert why(town, row) == ("cannot_check", "being_registered")
    page = town.get(row["digital_link"].removeprefix(HOST), Accept="text/html")
    assert page.status_code == 200
    assert "Being registered" in page.text
    town.settle()
    run = town.get(f"/api/v1/print-runs/{run['id']}", PACKER).json()
    assert (run["state"], run["file"]) == ("issued", "handed_out")
    assert why(town, row) == ("registered", "on_record")

    index = run["first"] + 2
    of_issue = {"gtin": SALAD, "lot": LOT, "issue": run["issue"]}
    town.act(SHOP, "/unit-sales", {**of_issue, "indexes": [index]})
    assert why(town, row) == ("sold", "unit_sold")
    assert scanned(town, row)["unit"]["seller"]["organisation"] == SHOP
    page = town.get(row["digital_link"].removeprefix(HOST), Accept="text/html")
    assert "Corner Shop" in page.text

    terms = {"rules": {"en": "Points for all."}, "daily_cap": 100, "return_window": 60}
    town.act(SHOP, "/programmes", {**terms, "budget": 500})
    partner = {"partner": GLNS[PACKER], "rights": ["earn"]}
    town.act(SHOP, "/programmes/1/partners", partner)
    town.act(PACKER, "/programmes/1/earnings", {**of_issue, "points": 5})
    town.act(SHOP, "/claims", claim(town, run, rows, 2))
    assert scanned(town, row)["unit"]["claimed"]


def claim(town: Town, run: dict, rows: list[dict[str, str]], place: int) -> dict:
    """What a member's phone makes of the hidden code, typed in small letters."""
    with reading(town.services.records) as records:
        path = tuple(map(DocumentHash, units.path(records, run["id"], place)))
    row, index = rows[place], run["first"] + place
    named = unit(SALAD, row["serial"]).id
    said = ClaimPoints(lot(SALAD, LOT).id, run["issue"], index, named, MEMBERS[0], path, b"")
    at = town.services.deployment
    domain = Domain(at.chain_id, at.address_of("Loyalty"), "Loyalty")
    signed = sign_claim(code_key(read_code(row["code"].lower())), domain, said)
    return {
        "gtin": SALAD, "lot": LOT, "issue": run["issue"], "index": index,
        "serial": row["serial"], "member": "0x" + MEMBERS[0].hex(),
        "path": ["0x" + each.hex() for each in path], "signature": "0x" + signed.signature.hex(),
    }  # fmt: skip


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
    clients = [town.client() for _ in range(4)]
    headers = {"Authorization": f"Bearer {town.secrets[PACKER]}", "Idempotency-Key": "at once"}

    def post(client) -> dict:
        response = client.post("/api/v1/print-runs", json=asked(count=2000), headers=headers)
        assert response.status_code == 202, response.text
        return response.json()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(post, clients))
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

    with writing(town.services.records) as records:
        assert units.hold_file(records, run["id"], town.services.now())
    assert town.get(address, PACKER).status_code == 409
    asyncio.run(send_to_who_leaves(town, run["id"]))
    assert path.exists()
    assert town.get(f"/api/v1/print-runs/{run['id']}", PACKER).json()["file"] == "waiting"

    assert len(opened(town.get(address, PACKER).content)) == 5
    assert not path.exists()
    gone = town.get(address, PACKER)
    assert (gone.status_code, gone.json()["code"]) == (410, "PrintFileGone")
    town.settle()


async def send_to_who_leaves(town: Town, run_id: str) -> None:
    async def receive():
        return {"type": "http.disconnect"}

    async def send(_):
        await asyncio.sleep(0)

    await PrintFile(town.services, run_id)({}, receive, send)


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


def test_units_that_are_printed_again_are_void_and_the_others_are_not(town):
    run, rows = issued(town)
    body = {"recipient": RECIPIENT, "first": 1, "count": 2, "reason": "printed_wrong"}
    early = made(town)
    too_early = town.post(PACKER, f"/print-runs/{early['id']}/reissues", body)
    assert (too_early.status_code, too_early.json()["code"]) == (409, "Refused")
    beyond = town.post(PACKER, f"/print-runs/{run['id']}/reissues", body | {"count": 5})
    assert (beyond.status_code, beyond.json()["field"]) == (422, "first")
    again = town.post(PACKER, f"/print-runs/{run['id']}/reissues", body).json()
    town.settle()
    said = [why(town, row) for row in rows]
    assert said[0] == said[3] == said[4] == ("registered", "on_record")
    assert said[1] == said[2] == ("unknown", "unit_void")
    void = town.get(rows[1]["digital_link"].removeprefix(HOST), Accept="text/html")
    assert void.status_code == 404
    assert "Code withdrawn" in void.text
    assert scanned(town, rows[1])["unit"]["void_reason"] == "printed_wrong"
    assert [why(town, row)[0] for row in printed(town, again)] == ["registered"] * 2


def test_units_of_dispatch_are_dispatched_by_a_shipment_or_by_hand(town):
    run, rows = issued(town, activation="dispatch")
    assert {why(town, row) for row in rows} == {("cannot_check", "not_activated")}
    page = town.get(rows[0]["digital_link"].removeprefix(HOST), Accept="text/html").text
    assert "not yet dispatched by its maker" in page

    ship(town, "DN-2", LOT, 2, activates=[{"run": run["id"], "first": 0, "count": 2}])
    assert [why(town, row)[0] for row in rows] == ["registered"] * 2 + ["cannot_check"] * 3

    of_issue = {"gtin": SALAD, "lot": LOT, "issue": run["issue"], "first": run["first"] + 3}
    body = {**of_issue, "count": 1, "reference": "DN-3"}
    done = town.post(PACKER, "/activations", body, key="dn-3")
    assert (done.status_code, done.json()["first"]) == (201, 3)
    assert town.post(PACKER, "/activations", body, key="dn-3").json() == done.json()
    assert town.post(PACKER, "/activations", body | {"count": 2}, key="dn-3").status_code == 422
    assert [why(town, row)[0] for row in rows][2:] == ["cannot_check", "registered", "cannot_check"]
    listed = town.get(f"/api/v1/print-runs/{run['id']}/activations?limit=1", PACKER).json()
    assert [each["reference"] for each in listed["entries"]] == ["DN-2"]
    more = f"/api/v1/print-runs/{run['id']}/activations?after={listed['next']}"
    assert [n["reference"] for n in town.get(more, PACKER).json()["entries"]] == ["DN-3"]


@pytest.mark.parametrize(
    ("ranges", "status", "field"),
    [
        ([{"first": 0}], 422, "activates[0].run"),
        ([{"run": "RUN", "count": 9}], 422, "activates[0].count"),
        ([{"run": "RUN", "first": 9}], 422, "activates[0].first"),
        ([{"run": "RUN"}, {"run": "RUN", "issue": 1}], 422, "activates[1].run"),
        ([{"run": "aaaaaaaaaaaa"}], 404, None),
        ([{"gtin": SALAD, "lot": LOT, "issue": 999}], 404, None),
    ],
)
def test_a_shipment_that_activates_what_is_not_there_is_no_shipment(town, ranges, status, field):
    run = made(town)["id"]
    named = [each | ({"run": run} if each.get("run") == "RUN" else {}) for each in ranges]
    line = {"gtin": SALAD, "lot": LOT, "amount": 1}
    body = {"reference": "DN-X", "receiver": SHOP, "lines": [line], "activates": named}
    response = town.post(PACKER, "/shipments", body)
    assert response.status_code == status, response.text
    assert response.json().get("field") == field
    town.settle()
    assert town.get(f"/api/v1/shipments/{PACKER}/DN-X").status_code == 404


def test_a_proof_is_given_to_who_has_the_code_and_checked_without_us(town):
    run, rows = issued(town)
    address = rows[3]["digital_link"].removeprefix(HOST).lower()
    raw = town.get(f"/api/v1/unit-proofs{address}").content
    assert len(raw) <= 2048
    proof = proof_from_json(raw)
    assert (proof.index, proof.issue) == (run["first"] + 3, run["issue"])
    assert proof.issued is not None
    verify_unit(proof, Pinned(bytes.fromhex(run["root"][2:])), unit(SALAD, rows[3]["serial"]).id)
    with pytest.raises(UnitNotProven):
        verify_unit(proof, Pinned(bytes(32)))
    waiting = printed(town, made(town))[0]["digital_link"].removeprefix(HOST)
    assert town.get(f"/api/v1/unit-proofs{waiting}").status_code == 409
    nobody = town.get(f"/api/v1/unit-proofs/01/{SALAD}/21/{'0' * 20}")
    assert (nobody.status_code, nobody.json()["code"]) == (404, "NotFound")
    town.settle()


def test_the_way_of_a_unit_is_that_of_its_lot(town):
    _, rows = issued(town, codes=False)
    path = rows[0]["digital_link"].removeprefix(HOST)
    assert town.get(f"/trace{path}", Accept="text/html").status_code == 200
    graph = town.get(f"/api/v1/trace{path}").json()
    assert graph == town.get(f"/api/v1/trace/01/{SALAD}/10/{LOT}").json()


def test_a_unit_under_another_lot_than_its_own_is_unknown_and_small_letters_are_read(town):
    _, rows = issued(town, codes=False)
    serial = rows[0]["serial"]
    under = f"/01/{SALAD}/10/{OTHER_LOT}/21/{serial}"
    wrong = town.get(under, Accept="application/json").json()["verdict"]
    assert (wrong["verdict"], wrong["reasons"][0]) == ("unknown", "lot_differs")
    for path in (f"/01/{SALAD}/21/{serial}", f"/01/{SALAD}/21/{serial}".lower()):
        assert (
            town.get(path, Accept="application/json").json()["verdict"]["verdict"] == "registered"
        )
    strangers = [
        town.get(f"/01/{SALAD}/21/{number}", Accept="application/json").json()
        for number in ("0" * 20, "Z" * 20)
    ]
    assert [each["verdict"]["reasons"] for each in strangers] == [["not_registered"]] * 2
    assert json.dumps(strangers[0]).replace("0" * 20, "Z" * 20).count("Z" * 20) == json.dumps(
        strangers[1]
    ).count("Z" * 20)


def test_the_recall_of_its_lot_is_told_of_every_unit(town):
    _, rows = issued(town, lot=OTHER_LOT, codes=False)
    notice = {"en": "Do not eat."}
    recalled = {"items": [{"gtin": SALAD, "lot": OTHER_LOT}], "notice": notice}
    town.act(PACKER, "/recalls", recalled)
    assert why(town, rows[0]) == ("recalled", "recalled")
    told = scanned(town, rows[0])
    assert told["recall"]["notice"]["notice"] == notice or told["recall"]["notice"]
    refused = town.post(PACKER, "/print-runs", asked(lot=OTHER_LOT))
    assert (refused.status_code, refused.json()["code"]) == (409, "ItemIsRecalled")


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
