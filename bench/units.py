"""Issuing a million units: `python -m bench.units [count]`.

Seconds and peak memory of `lotmark units issue` with and without hidden codes, run as a person runs
it, beside what no way of doing it can do without: deriving the keys of the hidden codes, and
hashing the tree, each alone, in processor time. What the command does more is random numbers, the
print file's lines and their encryption, and a row a unit in the database.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyrage

from ledger.chain.codes import code_addresses
from ledger.codes import new_codes
from ledger.hashing import leaf_hash, unit_leaf
from ledger.proofs import proof_from_json
from ledger.unit_trees import root_over
from tests.api.town import PACKER, SALAD, Town, open_town
from tests.support.anvil import LocalAnvil

MILLION = 1_000_000
SAMPLE = 20_000
"""Units by which a floor is measured."""
LOT = "BENCH"


@dataclass(frozen=True)
class Run:
    """One run of the command: ``seconds`` by the clock and by its processors together, ``memory``
    the peak of its largest process in bytes.
    """

    count: int
    codes: bool
    seconds: float
    processing: float
    memory: int
    id: str

    def __str__(self) -> str:
        kind = "with hidden codes" if self.codes else "without"
        return (
            f"{self.count:,} units {kind}: {self.seconds:.1f} s, "
            f"{self.count / self.seconds:,.0f} a second, "
            f"{self.processing:.1f} s of processor time, peak {self.memory / 2**20:,.0f} MiB"
        )


def command(folder: Path, *arguments: str) -> dict[str, object]:
    """Runs the command and gives its answer."""
    done = subprocess.run(
        [sys.executable, "-m", "lotmark", "units", *arguments, "--data", str(folder), "--json"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def issue(folder: Path, count: int, *, codes: bool) -> Run:
    """Issues units of the lot."""
    to = str(pyrage.x25519.Identity.generate().to_public())
    more = ["--codes"] if codes else []
    began, before = time.perf_counter(), _of_children()
    told = command(folder, "issue", f"{SALAD}/{LOT}", "--count", str(count), "--to", to, *more)
    seconds, used = time.perf_counter() - began, _of_children() - before
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    return Run(count, codes, seconds, used, memory, str(told["id"]))


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def floors() -> dict[str, float]:
    """Seconds a unit, on one processor, of what has to be done."""
    codes, lot, unit = new_codes(SAMPLE), bytes(32), bytes(32)

    def hashing() -> None:
        root_over([leaf_hash(unit_leaf(lot, unit)) for _ in range(SAMPLE)])

    return {
        "keys": _seconds(lambda: code_addresses(codes)) / SAMPLE,
        "hashing": _seconds(hashing) / SAMPLE,
    }


def _seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def stock(town: Town, amount: int) -> None:
    """A lot that so many units may be issued of."""
    described = {"name": {"en": "Salad bowl"}}
    town.act(
        PACKER,
        "/products",
        {"gtin": SALAD, "unit": "EA", "decimals": 0, "description": described},
    )
    town.act(PACKER, "/lots", {"gtin": SALAD, "lot": LOT, "amount": amount})


def main(count: int = MILLION, kinds: tuple[bool, ...] = (False, True)) -> list[Run]:
    """Prints the measurements."""
    with (
        tempfile.TemporaryDirectory() as name,
        LocalAnvil() as anvil,
        open_town(anvil, Path(name)) as town,
    ):
        folder = Path(name)
        stock(town, len(kinds) * count)
        runs = [issue(folder, count, codes=codes) for codes in kinds]
        least = floors()
        for run in runs:
            needed = count * (least["hashing"] + (least["keys"] if run.codes else 0))
            print(f"{run}; {run.processing / needed:.2f} times the floor")
        print(
            f"floor for {count:,} units, in processor time: keys {count * least['keys']:.1f} s, "
            f"hashing {count * least['hashing']:.1f} s"
        )
        _prove(town, folder, len(kinds) * count - 1)
    return runs


def _prove(town: Town, folder: Path, index: int) -> None:
    town.settle()
    began = time.perf_counter()
    told = command(folder, "proof", f"{SALAD}/{LOT}", str(index))
    seconds = time.perf_counter() - began
    proof = proof_from_json(str(told["proof"]))
    print(f"the proof of unit {proof.index:,}: {told['bytes']} bytes, {seconds:.1f} s to be told")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else MILLION)
