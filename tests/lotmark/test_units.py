"""`lotmark units`: issuing, printing, activating, voiding and proving from the command line."""

from __future__ import annotations

import csv
import io
import json
import os
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pyrage
import pytest
from typer.testing import CliRunner

from api.labels.print_file import opened
from api.printing.sweeping import sweep_print_files
from ledger.errors import (
    ActRefused,
    CommandInvalid,
    InvalidInput,
    LotmarkError,
    NotFound,
    PrintFileGone,
    ProofMalformed,
    Refused,
    UnitNotProven,
)
from ledger.settings import load as settings
from ledger.unit_trees import CHUNK
from lotmark.commands.units import app
from records import print_files
from tests.api.town import PACKER, SALAD, Town, open_town

pytestmark = pytest.mark.chain
LOT = f"{SALAD}/CLI-1"
MANY = CHUNK + 5
KEY = pyrage.x25519.Identity.generate()
TO = str(KEY.to_public())


@pytest.fixture(scope="module")
def town(anvil, tmp_path_factory) -> Iterator[Town]:
    with open_town(anvil, tmp_path_factory.mktemp("units")) as town:
        described = {"name": {"en": "Salad bowl"}}
        product = {"gtin": SALAD, "unit": "EA", "decimals": 0, "description": described}
        town.act(PACKER, "/products", product)
        town.act(PACKER, "/lots", {"gtin": SALAD, "lot": "CLI-1", "amount": 20_000})
        yield town


@pytest.fixture(scope="module")
def folder(town) -> Path:
    return town.services.settings.data_dir


@pytest.fixture(scope="module")
def run(town, folder) -> dict:
    """A run of more than one chunk, on chain, its file still here."""
    made = told(folder, "issue", LOT, "--count", MANY, "--codes", "--to", TO)
    town.settle()
    return told(folder, "runs", LOT)["runs"][-1] | {"print_file": made["print_file"]}


def waiting(folder: Path) -> Path:
    """Where print files wait."""
    return print_files.folder(settings(data_dir=folder))


def told(folder: Path, *arguments: object, error: type[LotmarkError] | None = None) -> dict:
    """The answer of a command."""
    done = CliRunner().invoke(app, [*map(str, arguments), "--json", "--data", str(folder)])
    if error is not None:
        assert isinstance(done.exception, error), done.exception or done.stdout
        return {"message": done.exception.message}
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def test_a_run_is_made_and_its_file_waits(run, folder):
    assert (run["count"], run["state"], run["file"]) == (MANY, "issued", "waiting")
    path = Path(run["print_file"])
    assert path == waiting(folder) / f"{run['id']}.csv.age"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    rows = list(csv.DictReader(io.StringIO(pyrage.decrypt(path.read_bytes(), [KEY]).decode())))
    assert [row["place"] for row in rows] == [str(n) for n in range(MANY)]
    assert len({row["serial"] for row in rows}) == len({row["code"] for row in rows}) == MANY


def test_without_a_recipient_a_key_is_made_and_goes_with_the_file(town, folder, tmp_path):
    made = told(folder, "issue", LOT, "--count", 3, "--key", "three")
    identity = Path(made["identity_file"])
    assert stat.S_IMODE(identity.stat().st_mode) == 0o600
    assert identity.parent == Path(made["print_file"]).parent
    with opened(Path(made["print_file"]), identity) as file:
        assert len(list(csv.DictReader(file))) == 3
    again = told(folder, "issue", LOT, "--count", 3, "--key", "three")
    assert (again["id"], again["identity_file"]) == (made["id"], None)
    assert len(list(identity.parent.glob("*.key"))) == 1

    out = tmp_path / "labels.csv.age"
    told(folder, "file", made["id"], "--out", out)
    assert not Path(made["print_file"]).exists()
    with opened(out, tmp_path / "labels.csv.age.key") as file:
        assert len(list(csv.DictReader(file))) == 3
    told(folder, "file", made["id"], "--out", tmp_path / "again", error=PrintFileGone)
    town.settle()


def test_a_file_that_goes_elsewhere_counts_as_handed_out(town, folder, tmp_path):
    out = tmp_path / "labels.csv.age"
    made = told(folder, "issue", LOT, "--count", 2, "--to", TO, "--out", out)
    assert (made["file"], made["print_file"]) == ("handed_out", str(out))
    refused = told(
        folder, "issue", LOT, "--count", 2, "--to", TO, "--out", out, error=CommandInvalid
    )
    assert "there already" in refused["message"]
    town.settle()


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("issue", LOT, "--count", 10**6, "--to", TO), ActRefused),
        (("issue", LOT, "--count", 10**6), ActRefused),
        (("issue", f"{SALAD}/NONE", "--count", 1), Refused),
        (("issue", SALAD, "--count", 1), InvalidInput),
        (("issue", LOT, "--count", 1, "--to", "age1x"), CommandInvalid),
        (("issue", LOT, "--count", 1, "--activate", "later"), CommandInvalid),
        (("issue", LOT, "--count", 1, "--each", "0.5"), CommandInvalid),
        (("void", "aaaaaaaaaaaa"), NotFound),
        (("proof", LOT), CommandInvalid),
        (("proof", LOT, 10**9), NotFound),
        (("proof", f"/01/{SALAD}/21/NOBODY"), NotFound),
    ],
)
@pytest.mark.usefixtures("run")
def test_what_cannot_be_done_is_told_and_leaves_nothing(folder, arguments, error):
    before = sorted(waiting(folder).iterdir())
    told(folder, *arguments, error=error)
    assert sorted(waiting(folder).iterdir()) == before


def test_units_are_activated_made_void_and_printed_again(town, folder):
    made = told(folder, "issue", LOT, "--count", 9, "--to", TO, "--activate", "dispatch")
    told(folder, "void", made["id"], error=Refused)  # it is not on chain yet
    town.settle()
    done = told(folder, "activate", made["id"], "--reference", "DN-1", "--first", 2, "--count", 3)
    assert (done["first"], done["count"]) == (2, 3)
    told(folder, "activate", made["id"], "--reference", "x", "--first", 9, error=CommandInvalid)
    void = told(folder, "void", made["id"], "--first", 7, "--reason", "stolen")
    assert void["count"] == 2
    told(folder, "void", made["id"], "--reason", "bored", error=CommandInvalid)
    town.settle()
    again = told(
        folder, "reissue", made["id"], "--count", 2, "--reason", "printed_wrong", "--to", TO
    )
    assert again["replaces"] == {
        "run": made["id"], "first": 0, "count": 2, "reason": "printed_wrong",
    }  # fmt: skip
    assert again["activation"] == "dispatch"
    town.settle()
    known = {each["id"]: each for each in told(folder, "runs", LOT)["runs"]}
    assert known[made["id"]]["voided"] == 4
    told(folder, "reissue", made["id"], "--first", 8, "--count", 2, error=CommandInvalid)


def test_one_proof_is_checked_with_the_root_alone(run, folder, tmp_path):
    path = tmp_path / "unit.json"
    made = told(folder, "proof", LOT, run["first"] + CHUNK, "--out", path)
    assert made["bytes"] == path.stat().st_size <= 2048
    nowhere = tmp_path / "nowhere"
    good = told(nowhere, "verify", path, "--root", run["root"])
    assert (good["verified"], good["index"], good["unit"]) == (1, run["first"] + CHUNK, None)
    told(nowhere, "verify", path, "--root", "0x" + "00" * 32, error=UnitNotProven)
    told(nowhere, "verify", path, "--root", "0x00", error=CommandInvalid)
    label = f"{SALAD}/21/0"
    told(nowhere, "verify", path, "--root", run["root"], "--code", f"/01/{label}",
         error=UnitNotProven)  # fmt: skip
    path.write_bytes(path.read_bytes().replace(b'"v":1', b'"v":2'))
    told(nowhere, "verify", path, "--root", run["root"], error=ProofMalformed)
    path.write_bytes(b"")
    told(nowhere, "verify", path, "--root", run["root"], error=InvalidInput)


def test_all_proofs_of_a_run_are_written_and_checked(town, run, folder, tmp_path):
    bare, named, identity = (tmp_path / name for name in ("bare", "named", "key"))
    identity.write_text(str(KEY))
    assert told(folder, "proofs", run["id"], "--out", bare)["proofs"] == MANY
    source = ("--print-file", run["print_file"], "--identity", identity)
    told(folder, "proofs", run["id"], "--out", named, *source)
    for path in (bare, named):
        assert told(tmp_path, "verify", path, "--root", run["root"])["verified"] == MANY
    assert max(map(len, named.read_bytes().splitlines())) <= 2048
    first, *_ = named.read_bytes().splitlines()
    one = tmp_path / "one"
    one.write_bytes(first + b"\n")
    serial = bytes.fromhex(json.loads(first)["unit"][2:])[9:29].decode()
    label = f"/01/{SALAD}/10/CLI-1/21/{serial}"
    contract = "0x" + town.services.deployment.address_of("UnitRegistry").hex()
    asked = ("--rpc", town.url, "--contract", contract, "--code", label)
    assert told(tmp_path, "verify", one, *asked)["unit"] == f"{SALAD} {serial}"
    told(tmp_path, "verify", one, "--rpc", town.url, "--contract", "0x" + "11" * 20,
         error=LotmarkError)  # fmt: skip
    told(tmp_path, "verify", one, "--rpc", town.url, error=CommandInvalid)
    told(tmp_path, "verify", one, "--root", run["root"], "--rpc", town.url, error=CommandInvalid)
    by_code = told(folder, "proof", label)
    assert by_code["proof"].encode() == first


def test_the_proofs_of_another_print_file_are_none(run, folder, town, tmp_path):
    other = told(folder, "issue", LOT, "--count", 4, "--to", TO)
    town.settle()
    identity = tmp_path / "key"
    identity.write_text(str(KEY))
    source = ("--print-file", other["print_file"], "--identity", identity)
    told(folder, "proofs", run["id"], "--out", tmp_path / "x", *source, error=UnitNotProven)


def test_what_a_crash_left_is_swept_and_what_waits_is_kept(run, folder, town):
    left = waiting(folder) / "0123456789ab.csv.age.cafe.part"
    left.write_bytes(b"sealed")
    now = town.services.now()
    assert print_files.sweep(town.services.settings, {run["id"]}, now) == 0
    os.utime(left, (now - 90_000, now - 90_000))
    assert sweep_print_files(town.services) == "1 files that nobody waits for are gone"
    assert not left.exists()
    assert Path(run["print_file"]).exists()


def test_a_file_that_a_crash_left_after_it_was_handed_out_is_swept(folder, town, tmp_path):
    made = told(folder, "issue", LOT, "--count", 2, "--to", TO)
    here, copy = Path(made["print_file"]), tmp_path / "taken.csv.age"
    sealed = here.read_bytes()
    told(folder, "file", made["id"], "--out", copy)
    here.write_bytes(sealed)  # as if the process had ended before it took it away
    identity = here.with_name(here.name + ".key")
    identity.write_text("what reads it")
    assert sweep_print_files(town.services) == "1 files that nobody waits for are gone"
    assert not here.exists()
    assert identity.exists()


@pytest.mark.parametrize(
    ("asked", "said"),
    [(["runs", "--limit", "9" * 30], "a number is too large"),
     (["activate", "5a5a5a5a5a5a", "--reference", "x", "--first", "9" * 30], "'--first'"),
     (["proofs", "RUN", "--out", "/nowhere/a"], "/nowhere/a: No such file"),
     (["proofs", "RUN", "--out", "/dev/null", "--print-file", sys.executable], "not UTF-8")],
)  # fmt: skip
def test_what_cannot_work_is_told_without_a_traceback(run, folder, asked, said):
    arguments = [run["id"] if each == "RUN" else each for each in asked]
    command = [sys.executable, "-m", "lotmark", "units", *arguments, "--data", str(folder)]
    wide = os.environ | {"COLUMNS": "300"}
    told = subprocess.run(command, capture_output=True, text=True, check=False, env=wide)
    assert told.returncode == 2
    assert "Traceback" not in told.stderr
    assert said in told.stderr


@pytest.mark.usefixtures("run")
def test_a_command_that_is_killed_leaves_no_run(folder):
    known = {each["id"] for each in told(folder, "runs", LOT)["runs"]}
    files = set(waiting(folder).iterdir())
    arguments = ["issue", LOT, "--count", "15000", "--codes", "--to", TO, "--data", str(folder)]
    process = subprocess.Popen([sys.executable, "-m", "lotmark", "units", *arguments])
    try:
        while not set(waiting(folder).glob("*.part")) - files:
            assert process.poll() is None
            time.sleep(0.01)
    finally:
        process.kill()
        process.wait()
    assert {each["id"] for each in told(folder, "runs", LOT)["runs"]} == known
    left = set(waiting(folder).iterdir()) - files
    assert [path.suffix for path in left] == [".part"]
    (part,) = left
    part.unlink()
