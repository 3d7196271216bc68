"""A shop of its own for a replay: a real chain, its sender and indexer as processes, goods on the
shelf, members, a programme.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from api.planning import unseen
from api.services import Services
from indexer.mirror import Mirror
from indexer.queries.organisations import organisation
from indexer.sync import Indexer
from ledger import commands as c
from ledger.chain.deployment import Deployment
from ledger.chain.node import NodeChain
from ledger.hashing import canonical, document_hash, sha256
from ledger.settings import load
from ledger.vocabulary import (
    Amount,
    DocumentHash,
    Id,
    OrgId,
    Role,
    Seconds,
    check_digit,
    lot,
    product,
)
from lotmark.dependence import die_with
from records import documents, members, outbox
from records.bootstrap import Bootstrap, NewOrganisation
from records.engine import open_engine, open_records, reading, writing
from records.keystores import Keystore
from records.members import MembersVault, NewMember
from records.sender import Limits, Sender
from tests.support.anvil import CHAIN_ID, LocalAnvil
from tests.support.node import deployed, open_node

SHOP = OrgId(1)
GLN, PREFIX = "9521234000006", "9521234"
LOT = "R1"
PROGRAMME = 1
RULES = {
    "format": "lotmark/programme/1",
    "earn": [{"currency": "GBP", "amount": 100, "points": 1}],
    "point_value": {"currency": "GBP", "amount": 1, "points": 1},
    "expected_redemption": "0.9",
}
MOST_POINTS = 2**47
MOST_AMOUNT = 10**9
MOST_WAITING = 12
"""Operations that may wait while the next are made: more would only be planned with again."""
ACTS_AT_ONCE = 100
CHAIN: dict[str, Any] = {
    "mining": "interval",
    "block_time": 0.5,
    "gas_limit": 120_000_000,
    "extra": ("--prune-history", "256"),
}
"""A block twice a second, as chains make them by the clock; as in an installation old states are
let go: those of a whole year would fill the memory.
"""


@dataclass
class RetailShop:
    """The shop at work."""

    services: Services
    anvil: LocalAnvil
    workers: Sequence[BaseProcess]
    gtins: dict[str, str] = field(default_factory=dict)
    cards: dict[str, str] = field(default_factory=dict)

    def item(self, article: str) -> Id:
        """The lot that an article is sold from."""
        return lot(self.gtins[article], LOT).id

    def stock(self, articles: Iterable[str]) -> None:
        """Registers articles, and makes more of each than will ever be sold."""
        acts: list[c.Command] = []
        for place, article in enumerate(articles):
            body = f"{PREFIX}{place:05}"
            gtin = product("0" + body + check_digit("0" + body)).digits
            self.gtins[article] = gtin
            nothing = DocumentHash(bytes(32))
            acts.append(c.RegisterProduct(product(gtin).id, len(PREFIX), b"EA\0", 0, nothing))
            acts.append(c.CommissionItem(lot(gtin, LOT).id, Amount(MOST_AMOUNT), Seconds(0)))
        for start in range(0, len(acts), ACTS_AT_ONCE):
            self._act(acts[start : start + ACTS_AT_ONCE], f"stock {start}")

    def open_programme(self) -> None:
        """Opens the programme in which members earn."""
        text = canonical(RULES)
        with writing(self.services.records) as records:
            documents.put(records, text, "application/json", now=self.services.now())
        opened = c.OpenProgramme(document_hash(text), MOST_POINTS, MOST_POINTS, 0)
        self._act([opened], "programme")

    def join(self, customers: Iterable[str]) -> None:
        """Makes customers members."""
        vault = MembersVault.open(self.services.settings.keys_dir)
        now = self.services.now()
        with writing(self.services.records) as records:
            for customer in customers:
                joined = members.join(records, vault, NewMember(), now)
                self.cards[customer] = joined.card

    def _act(self, commands: Sequence[c.Command], key: str) -> None:
        """Asks for what stands before the replay; that it can be done needs no judging."""
        with writing(self.services.records) as records:
            outbox.submit(records, SHOP, commands, key, sha256(key.encode()))

    def keep_pace(self, most: int = MOST_WAITING) -> None:
        """Waits until no more than so many operations are still to come into the mirror."""
        while self.waiting() > most:
            if not all(worker.is_alive() for worker in self.workers):
                raise SystemExit("a worker ended: what waits will not come to the chain any more")
            time.sleep(0.05)

    def waiting(self) -> int:
        """Operations that are accepted and not in the mirror yet."""
        with reading(self.services.records) as records, reading(self.services.mirror) as mirror:
            return len(unseen(mirror, records))


@contextmanager
def open_shop(folder: Path) -> Iterator[RetailShop]:
    """A shop, with the workers that its installation has."""
    settings = load(data_dir=folder, operator=GLN)
    with LocalAnvil(**CHAIN) as anvil, open_node(anvil.url) as chain:
        deployment = deployed(chain, folder)
        records, mirror = open_records(settings), Mirror.open(settings.mirror_database)
        keystore = Keystore(records, folder / "keys", CHAIN_ID)
        shop = NewOrganisation(GLN, "A shop", roles=Role.MAKER | Role.RETAILER, prefixes=[PREFIX])
        Bootstrap(records, chain, deployment, keystore).organisation(shop)
        services = Services(
            settings, records, mirror.engine, deployment, keystore=keystore, chain=chain
        )
        at = (anvil.url, deployment, folder)
        with _worker(_send, *at) as sender, _worker(_index, *at) as indexer:
            made = RetailShop(services, anvil, [sender, indexer])
            made.keep_pace(0)
            _until(lambda: _knows(services))
            yield made
        mirror.close()
        records.dispose()


def _knows(services: Services) -> bool:
    with reading(services.mirror) as mirror:
        return organisation(mirror, SHOP) is not None


def _until(condition: Callable[[], bool]) -> None:
    while not condition():
        time.sleep(0.05)


@contextmanager
def _worker(work: Callable[..., None], *at: Any) -> Iterator[BaseProcess]:
    process = multiprocessing.get_context("spawn").Process(target=work, args=at, daemon=True)
    process.start()
    try:
        yield process
    finally:
        if process.is_alive() and process.pid:
            os.kill(process.pid, signal.SIGTERM)
        process.join(20)


def _stopped() -> threading.Event:
    logging.disable(logging.ERROR)  # a chain that moves while it is read is told of, and read again
    parent = multiprocessing.parent_process()
    die_with(parent.pid if parent and parent.pid else 0, signal.SIGKILL)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    return stop


def _send(url: str, deployment: Deployment, folder: Path) -> None:
    stop = _stopped()
    engine = open_engine(load(data_dir=folder).records_database)
    keystore = Keystore(engine, folder / "keys", CHAIN_ID)
    Sender(engine, NodeChain(url), deployment, keystore, limits=Limits()).run(stop)


def _index(url: str, deployment: Deployment, folder: Path) -> None:
    stop = _stopped()
    mirror = Mirror.open(load(data_dir=folder).mirror_database)
    with Indexer(url, deployment, mirror, finality=2) as indexer:
        indexer.run(stop, poll_seconds=0.05)
