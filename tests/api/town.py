"""A small town for tests of the web service: a real chain, three organisations, one story.

What is asked for goes the whole way: through the service into the outbox, from there onto the chain
and back through the indexer into the mirror.
"""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from api.app import create_app
from api.services import Services
from indexer.mirror import Mirror
from indexer.sync import Indexer
from ledger.settings import load
from ledger.vocabulary import Role, Seconds, check_digit, party
from records import api_keys, outbox
from records.bootstrap import Bootstrap, NewOrganisation
from records.engine import open_records, reading, writing
from records.keystores import Keystore
from records.outbox import State
from records.sender import Limits, Sender
from tests.support.anvil import CHAIN_ID, LocalAnvil
from tests.support.node import deployed, open_node

FARM, PACKER, SHOP = 1, 2, 3
GLNS = {FARM: "9521234000006", PACKER: "9521235000005", SHOP: "9521236000004"}
LETTUCE, SALAD = "09521234000013", "09521235000012"
SSCC = "09521235000000001" + check_digit("09521235000000001")
NAMES = {
    FARM: ("Green Valley Farm", {"zh": "绿谷农场"}),
    PACKER: ("Fresh Packing", {"zh": "鲜品包装厂"}),
    SHOP: ("Corner Shop", {"zh": "街角商店"}),
}
NOTICE = {"en": "May contain glass. Do not eat.", "zh": "可能含有玻璃。请勿食用。"}
LATER = 10 * 365 * 86_400
"""Seconds after which everything has expired."""


@dataclass
class Town:
    """The service and all that stands behind it."""

    services: Services
    sender: Sender
    indexer: Indexer
    url: str
    secrets: dict[int, str] = field(default_factory=dict)
    keys: Iterator[int] = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        self.web = self.client()

    def client(self, **changed: Any) -> TestClient:
        """The service, with some of what it stands on changed."""
        app = create_app(replace(self.services, **changed))
        return TestClient(app, raise_server_exceptions=False)

    def post(self, org: int, path: str, body: Any, *, key: str = "", **headers: str) -> Any:
        """Asks for something as an organisation."""
        sent = {
            "Authorization": f"Bearer {self.secrets[org]}",
            "Idempotency-Key": key or f"key {next(self.keys)}",
            "Content-Type": "application/json",
            **headers,
        }
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.web.post(f"/api/v1{path}", content=data, headers=sent)

    def act(self, org: int, path: str, body: Any) -> dict[str, Any]:
        """Asks for something that must be accepted, and waits until it is in the mirror."""
        response = self.post(org, path, body)
        assert response.status_code == 202, response.text
        self.settle()
        answer: dict[str, Any] = response.json()
        return answer

    def get(self, path: str, org: int = 0, **headers: str) -> Any:
        """Reads something, as an organisation or as anyone."""
        if org:
            headers["Authorization"] = f"Bearer {self.secrets[org]}"
        return self.web.get(path, headers=headers)

    def settle(self) -> None:
        """Everything that was accepted is in a block, and the mirror has read it."""
        for _ in range(500):
            if not self.sender.step():
                time.sleep(0.01)  # a busy machine makes blocks slowly
            with reading(self.services.records) as records:
                waiting = [o for o in outbox.pending(records) if o.state is not State.INCLUDED]
            if not waiting:
                break
        assert not waiting
        self.indexer.catch_up()
        self.web.app.state.watch._until = 0.0


@contextmanager
def open_town(anvil: LocalAnvil, folder: Path) -> Iterator[Town]:
    """A town with its organisations and nothing else."""
    settings = load(
        data_dir=folder,
        requests_per_minute=10**6,
        requests_per_minute_of_key=10**6,
        unknown_codes_per_minute=10**6,
        claims_per_hour=10**6,
        sign_ins_per_hour=10**6,
        joins_per_hour=10**6,
        wrong_codes_per_hour=10**6,
        public_url="https://id.town.example",
    )
    mirror = Mirror.open(settings.mirror_database)
    with open_node(anvil.url) as chain:
        deployment = deployed(chain, folder)
        records = open_records(settings)
        keystore = Keystore(records, folder / "keys", CHAIN_ID)
        services = Services(
            settings, records, mirror.engine, deployment, keystore=keystore, chain=chain
        )
        sender = Sender(records, chain, deployment, keystore, limits=Limits(mend_seconds=0))
        with Indexer(anvil.url, deployment, mirror, finality=2) as indexer:
            town = Town(services, sender, indexer, anvil.url)
            _admit(town, Bootstrap(records, chain, deployment, keystore))
            yield town
        sender.close()
        records.dispose()
    mirror.close()


def _admit(town: Town, governor: Bootstrap) -> None:
    roles = {FARM: Role.MAKER, PACKER: Role.MAKER, SHOP: Role.RETAILER}
    for org, gln in GLNS.items():
        name, names = NAMES[org]
        governor.organisation(
            NewOrganisation(
                party(gln).digits, name, names=names, roles=roles[org], prefixes=[gln[:7]]
            )
        )
        with writing(town.services.records) as records:
            town.secrets[org], _ = api_keys.create(records, org, {"read", "write"})
    town.indexer.catch_up()


def tell(town: Town) -> None:
    """A harvest, packed into salad, sold in part; one salad is recalled."""
    described = {
        "name": {"en": "Romaine lettuce", "zh": "罗马生菜"},
        "brand": "Valley",
        "origin": {"en": "North field", "zh": "北田"},
    }
    town.act(
        FARM,
        "/products",
        {"gtin": LETTUCE, "unit": "KGM", "decimals": 3, "description": described},
    )
    town.act(
        PACKER,
        "/products",
        {"gtin": SALAD, "unit": "EA", "decimals": 0, "description": {"name": {"en": "Salad bowl"}}},
    )
    town.act(FARM, "/lots", {"gtin": LETTUCE, "lot": "ROM-1", "amount": "500.5"})
    town.act(
        FARM,
        "/shipments",
        {
            "reference": "DN-1",
            "receiver": GLNS[PACKER],
            "lines": [{"gtin": LETTUCE, "lot": "ROM-1", "amount": "400"}],
        },
    )
    town.act(PACKER, "/receipts", {"shipper": GLNS[FARM], "reference": "DN-1"})
    for lot, used in (("SAL-A", "100"), ("SAL-B", 50)):
        town.act(
            PACKER,
            "/transformations",
            {
                "inputs": [{"gtin": LETTUCE, "lot": "ROM-1", "amount": used}],
                "outputs": [{"gtin": SALAD, "lot": lot, "amount": 200, "expiry": "2035-06-30"}],
            },
        )
    town.act(PACKER, "/units", {"gtin": SALAD, "lot": "SAL-A", "serials": ["7K3M9QX2HB"]})
    town.act(
        PACKER,
        "/packings",
        {
            "sscc": SSCC,
            "lines": [{"gtin": SALAD, "lot": "SAL-A", "amount": "100"}],
        },
    )
    town.act(
        PACKER,
        "/shipments",
        {
            "reference": "DN-2",
            "receiver": SHOP,
            "lines": [
                {"sscc": SSCC},
                {"gtin": SALAD, "serial": "7K3M9QX2HB"},
                {"gtin": SALAD, "lot": "SAL-B", "amount": 200},
            ],
        },
    )
    town.act(SHOP, "/receipts", {"shipper": PACKER, "reference": "DN-2"})
    town.act(
        SHOP,
        "/unpackings",
        {
            "sscc": SSCC,
            "lines": [{"gtin": SALAD, "lot": "SAL-A", "amount": "60"}],
        },
    )
    town.act(SHOP, "/sales", {"gtin": SALAD, "serial": "7K3M9QX2HB"})
    town.act(SHOP, "/sales", {"gtin": SALAD, "lot": "SAL-A", "amount": 5})
    town.act(PACKER, "/recalls", {"items": [{"gtin": SALAD, "lot": "SAL-B"}], "notice": NOTICE})
    town.act(
        SHOP,
        "/disposals",
        {
            "gtin": SALAD,
            "lot": "SAL-B",
            "amount": 10,
            "reason": "destroyed",
        },
    )


def later(services: Services) -> Any:
    """A clock that is far ahead."""
    return lambda: Seconds(services.now() + LATER)
