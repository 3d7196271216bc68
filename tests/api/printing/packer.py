"""A packer who prints runs, a shop that holds some of a lot, and the print shop's key."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyrage

from tests.api.town import PACKER, SALAD, SHOP, Town, open_town
from tests.support.anvil import LocalAnvil

PRINT_SHOP = pyrage.x25519.Identity.generate()
RECIPIENT = str(PRINT_SHOP.to_public())
LOT = "RUN-1"
HOST = "https://id.town.example"
OTHER_LOT = "RUN-2"


@contextmanager
def printing_town(anvil: LocalAnvil, folder: Path) -> Iterator[Town]:
    """A packer with two lots, and a shop that holds some of one."""
    with open_town(anvil, folder) as town:
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
