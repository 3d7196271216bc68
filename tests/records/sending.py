"""A small world to send in: a chain whose blocks the test makes, two organisations, one product."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from ledger.chain.codec import decode_event
from ledger.chain.deployment import Deployment
from ledger.chain.node import NodeChain
from ledger.commands import (
    Command,
    CommissionItem,
    Line,
    Observe,
    ReceiveShipment,
    RegisterProduct,
    ShipItems,
)
from ledger.events import Event, OperationPerformed
from ledger.hashing import sha256
from ledger.vocabulary import NOTHING, DocumentHash, Id, lot, product, shipment
from records import outbox
from records.bootstrap import Bootstrap, NewOrganisation
from records.engine import open_engine, reading, writing
from records.keystores import Keystore
from records.migrations import upgrade
from records.outbox import Operation, State
from records.sender import Limits, Sender
from tests.support.anvil import CHAIN_ID, LocalAnvil
from tests.support.node import deployed, open_node

GROWER, SHOP = 1, 2
GTIN = "09506000134352"
PRODUCT = product(GTIN).id
REGISTER = RegisterProduct(PRODUCT, 7, b"KGM", 3, DocumentHash(bytes(32)))
LIMITS = Limits(mend_seconds=0, watch_seconds=0)


def item(number: object) -> Id:
    return lot(GTIN, f"L{number}").id


def make(number: object, amount: int = 5) -> CommissionItem:
    return CommissionItem(item(number), amount, 0)


def say(number: object) -> Observe:
    return Observe(item(number), b"\x01" * 32, 1, 1, 5, 1, 5, 1_700_000_000, NOTHING, 0)


def ship(number: object, amount: int = 5) -> ShipItems:
    return ShipItems(shipment(f"S{number}").id, SHOP, (Line(item(number), amount),))


def receive(number: object, amount: int = 5) -> ReceiveShipment:
    return ReceiveShipment(GROWER, shipment(f"S{number}").id, (Line(item(number), amount),))


class Meddler:
    """A chain that passes everything on, save for what a test replaces."""

    def __init__(self, chain: NodeChain, **replaced: Any) -> None:
        self._chain = chain
        self.replaced = replaced

    def __getattr__(self, name: str) -> Any:
        return self.replaced.get(name) or getattr(self._chain, name)


@dataclass
class World:
    anvil: LocalAnvil
    engine: Engine
    chain: NodeChain
    deployment: Deployment
    keystore: Keystore
    senders: list[Sender] = field(default_factory=list)
    keys: Any = field(default_factory=itertools.count)

    @classmethod
    def build(cls, anvil: LocalAnvil, engine: Engine, chain: NodeChain, folder: Path) -> World:
        """Two organisations with all roles; the grower's product is registered."""
        anvil.rpc("evm_setAutomine", True)
        deployment = deployed(chain, folder)
        keystore = Keystore(engine, folder / "keys", CHAIN_ID)
        world = cls(anvil, engine, chain, deployment, keystore)
        world.bootstrap().organisation(
            NewOrganisation("9506000111117", "Grower", prefixes=["9506000"])
        )
        world.bootstrap().organisation(NewOrganisation("9506000122229", "Shop"))
        world.submit(GROWER, REGISTER)
        world.settle()
        return world

    def bootstrap(self) -> Bootstrap:
        return Bootstrap(self.engine, self.chain, self.deployment, self.keystore)

    def sender(self, chain: Any = None, limits: Limits = LIMITS, **more: Any) -> Sender:
        made = Sender(
            self.engine,
            chain or self.chain,
            self.deployment,
            self.keystore,
            limits=limits,
            **more,
        )
        self.senders.append(made)
        return made

    def settle(self, sender: Sender | None = None) -> None:
        """Steps until everything is in a block; the chain mines at once."""
        used = sender or self.sender()
        for _ in range(50):
            used.step()
            if not self.unsettled():
                break
        if sender is None:
            used.close()

    def submit(
        self,
        org: int,
        *commands: Command,
        fallback: Sequence[Command] | None = None,
        key: str = "",
        needs: Sequence[Operation] = (),
    ) -> Operation:
        key = key or f"key {next(self.keys)}"
        ids = [each.id for each in needs]
        with writing(self.engine) as connection:
            return outbox.submit(
                connection, org, commands, key, sha256(key.encode()), fallback=fallback, needs=ids
            )

    def now(self, operation: Operation) -> Operation:
        with reading(self.engine) as connection:
            return outbox.get(connection, operation.id)

    def state(self, operation: Operation) -> State:
        return self.now(operation).state

    def unsettled(self) -> list[Operation]:
        with reading(self.engine) as connection:
            return [
                each
                for each in outbox.pending(connection)
                if each.state is not State.INCLUDED and each.attention is None
            ]

    def rows(self, table: Any) -> list[Any]:
        with reading(self.engine) as connection:
            return list(connection.execute(table.select().order_by(*table.primary_key)))

    def events(self) -> list[Event]:
        head = self.chain.head().number
        logs = self.chain.logs([self.deployment.ledger], self.deployment.first_block, head)
        return [decode_event(log) for log in logs]

    def performed(self, org: int) -> list[int]:
        """Numbers of the operations that an organisation performed, in the chain's order."""
        return [
            event.operation
            for event in self.events()
            if isinstance(event, OperationPerformed) and event.org == org
        ]

    @contextmanager
    def blocks_by_hand(self) -> Any:
        self.anvil.rpc("evm_setAutomine", False)
        try:
            yield
        finally:
            self.anvil.rpc("evm_setAutomine", True)


@contextmanager
def open_world(anvil: LocalAnvil, url: str, folder: Path) -> Iterator[World]:
    engine = open_engine(url)
    upgrade(engine)
    with open_node(anvil.url) as chain:
        world = World.build(anvil, engine, chain, folder)
        yield world
        for sender in world.senders:
            sender.close()
    engine.dispose()
