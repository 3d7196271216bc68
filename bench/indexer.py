"""How fast a new mirror fills: `python -m bench.indexer`, with `--record` into docs/benchmarks.md.

Beside the indexer stand the node's own answers (eth_getLogs as bytes, nothing read) and what a user
would pick in Python: web3.py. All read the same chain, made for this run, in turns.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import platform
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, func, select
from web3 import Web3

from bench.busy_chain import ANVIL, LOGS_A_BLOCK, fill
from indexer import tables
from indexer.digest import mirror_digest
from indexer.mirror import Mirror
from indexer.prefetch import CONNECTIONS, WANTED_LOGS
from indexer.sync import Indexer
from ledger.abi import artifact
from tests.indexer.living_chain import LivingChain
from tests.support.anvil import LocalAnvil
from tests.support.postgres import LocalPostgres

BOOK = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"
FINALITY = 12
RAW_BLOCKS = 200
OWN_BLOCKS = WANTED_LOGS // LOGS_A_BLOCK
T = TypeVar("T")
Store = Callable[[], AbstractContextManager[str]]
"""Makes a new database and gives its address."""
QUIET = 1.0
"""Load average above which figures are only recorded with a warning."""


@dataclass
class Line:
    """One way to read the chain; ``rates`` are logs a second, ``cpu`` seconds of this process."""

    name: str
    run: Callable[[], int]
    rates: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    logs: int = 0

    def measure(self) -> None:
        start, used = time.perf_counter(), time.process_time()
        self.logs = self.run()
        self.rates.append(self.logs / (time.perf_counter() - start))
        self.cpu.append(time.process_time() - used)

    @property
    def median(self) -> float:
        return statistics.median(self.rates)


def main() -> None:
    options = _options()
    load = os.getloadavg()[0]
    with LocalAnvil(**ANVIL) as node, LocalPostgres() as postgres:
        print(f"making {options.blocks} blocks of {LOGS_A_BLOCK} logs", file=sys.stderr)
        chain = fill(node, options.blocks)
        with tempfile.TemporaryDirectory() as folder:
            stores = _stores(Path(folder), postgres)
            lines = _lines(chain, stores)
            for _ in range(options.times):
                for line in lines:
                    line.measure()
                    print(f"{line.name}: {line.rates[-1]:,.0f}", file=sys.stderr)
            digests = {_mirrored(chain, store, mirror_digest) for store in stores}
            assert len(digests) == 1, "the mirrors differ"
    report = _report(lines, options, load)
    print(report)
    if options.record:
        _record(report, load)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--blocks", type=int, default=300)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--record", action="store_true")
    return parser.parse_args()


# --- the ways ---


def _stores(folder: Path, postgres: LocalPostgres) -> tuple[Store, Store]:
    """New databases of both kinds."""
    names = iter(range(1_000))

    @contextmanager
    def sqlite() -> Iterator[str]:
        yield f"sqlite:///{folder / f'{next(names)}.db'}"

    return sqlite, postgres.database


def _lines(chain: LivingChain, stores: tuple[Store, Store]) -> list[Line]:
    sqlite, on_postgres = stores
    return [
        Line(f"node: eth_getLogs, {RAW_BLOCKS} blocks a call, one connection", lambda: _raw(chain)),
        Line(
            f"node: the indexer's own requests, {OWN_BLOCKS} blocks, {CONNECTIONS} connections",
            lambda: _asked(chain),
        ),
        Line("indexer to SQLite", lambda: _mirrored(chain, sqlite, _count)),
        Line("indexer to PostgreSQL", lambda: _mirrored(chain, on_postgres, _count)),
        Line("web3.py: w3.eth.get_logs, nothing decoded, nothing stored", lambda: _web3(chain)),
        Line(
            "web3.py: contract.events.*.get_logs, decoded, nothing stored",
            lambda: _web3_events(chain),
        ),
    ]


def _mirrored(chain: LivingChain, store: Store, ask: Callable[[Connection], T]) -> T:
    with store() as url:
        mirror = Mirror.open(url)
        with Indexer(chain.anvil.url, chain.deployment, mirror, FINALITY) as indexer:
            indexer.catch_up()
        with mirror.read() as connection:
            answer = ask(connection)
        mirror.close()
        return answer


def _count(connection: Connection) -> int:
    count: int = connection.execute(select(func.count()).select_from(tables.raw_log)).scalar_one()
    return count


def _addresses(chain: LivingChain) -> list[str]:
    contracts = chain.deployment.contracts.values()
    return [Web3.to_checksum_address(bytes(each.address)) for each in contracts]


def _ranges(chain: LivingChain, blocks: int) -> Iterator[tuple[int, int]]:
    height = chain.height
    return ((first, min(height, first + blocks - 1)) for first in range(1, height + 1, blocks))


def _filter(chain: LivingChain, first: int, last: int) -> dict[str, object]:
    return {"address": _addresses(chain), "fromBlock": hex(first), "toBlock": hex(last)}


def _raw(chain: LivingChain) -> int:
    with _connection(chain.anvil) as post:
        for first, last in _ranges(chain, RAW_BLOCKS):
            wanted = _filter(chain, first, last)
            call = {"jsonrpc": "2.0", "id": 1, "method": "eth_getLogs", "params": [wanted]}
            post(json.dumps(call).encode())
    return _logs(chain)


def _asked(chain: LivingChain) -> int:
    indexer = Indexer(chain.anvil.url, chain.deployment, _no_mirror(), FINALITY)
    with indexer, ThreadPoolExecutor(CONNECTIONS) as threads:
        ask = indexer._fetcher.ask  # noqa: SLF001
        list(threads.map(lambda both: len(ask(*both)), _ranges(chain, OWN_BLOCKS)))
    return _logs(chain)


def _no_mirror() -> Mirror:
    return Mirror.open("sqlite://")


def _logs(chain: LivingChain) -> int:
    """How many logs there are, counted once."""
    if chain.height not in _COUNTED:
        found = chain.anvil.rpc("eth_getLogs", _filter(chain, 0, chain.height))
        _COUNTED[chain.height] = len(found)
    return _COUNTED[chain.height]


_COUNTED: dict[int, int] = {}


def _web3(chain: LivingChain) -> int:
    client = Web3(Web3.HTTPProvider(chain.anvil.url))
    return sum(
        len(client.eth.get_logs(_filter(chain, first, last)))  # type: ignore[arg-type]
        for first, last in _ranges(chain, RAW_BLOCKS)
    )


def _web3_events(chain: LivingChain) -> int:
    client = Web3(Web3.HTTPProvider(chain.anvil.url))
    logs = 0
    for name, each in chain.deployment.contracts.items():
        address = Web3.to_checksum_address(bytes(each.address))
        contract = client.eth.contract(address=address, abi=list(artifact(name).abi))
        for event in contract.events:
            for first, last in _ranges(chain, RAW_BLOCKS):
                logs += len(event().get_logs(from_block=first, to_block=last))
    return logs


@contextmanager
def _connection(node: LocalAnvil) -> Iterator[Callable[[bytes], bytes]]:
    connection = http.client.HTTPConnection("127.0.0.1", node.port, timeout=60)

    def post(body: bytes) -> bytes:
        connection.request("POST", "/", body, {"Content-Type": "application/json"})
        return connection.getresponse().read()

    try:
        yield post
    finally:
        connection.close()


# --- the report ---


def _report(lines: list[Line], options: argparse.Namespace, load: float) -> str:
    raw, own, sqlite, _, plain, decoded = lines
    rows = [
        "| | logs/s: median (least to most) | CPU s | of raw | of own | x web3.py | x decoded |",
        "|---|---|---|---|---|---|---|",
    ]
    for line in lines:
        ratios = [f"{line.median / other.median:.2f}" for other in (raw, own, plain, decoded)]
        spread = f"{line.median:,.0f} ({min(line.rates):,.0f} to {max(line.rates):,.0f})"
        cpu = f"{statistics.median(line.cpu):.2f}"
        rows.append(f"| {line.name} | {spread} | {cpu} | " + " | ".join(ratios) + " |")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    about = (
        f"`python -m bench.indexer --blocks {options.blocks} --times {options.times}`: "
        f"{sqlite.logs:,} logs of {_versions()}, {os.cpu_count()} cores, load {load:.1f} before; "
        f"peak memory of the whole bench {peak:.0f} MB. Mirrors have equal digests. Stored: typed "
        "rows, raw logs, state, findings, mentions; each range one durable transaction (SQLite "
        "synchronous=FULL; the test's PostgreSQL runs without fsync)."
    )
    return about + "\n\n" + "\n".join(rows) + "\n"


def _versions() -> str:
    packages = " ".join(f"{name} {version(name)}" for name in ("web3", "sqlalchemy", "msgspec"))
    return f"our own contracts on anvil; Python {platform.python_version()}, {packages}"


def _record(report: str, load: float) -> None:
    head = "# Benchmarks\n\nEach beside what a user would pick instead; ratios are of one run.\n"
    book = BOOK.read_text() if BOOK.exists() else head
    title = f"\n## Filling a new mirror, {time.strftime('%Y-%m-%d')}\n\n"
    warning = (
        f"Other work ran on the machine (load {load:.1f}): take the ratios, not the rates.\n\n"
        if load > QUIET
        else ""
    )
    BOOK.write_text(book.rstrip("\n") + "\n" + title + warning + report)


if __name__ == "__main__":
    main()
