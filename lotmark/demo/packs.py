"""The last chapter of the story: packs with codes of their own, their labels, a till, a member with
points, and a pack with a code that nobody registered.
"""

from __future__ import annotations

import csv
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyrage

from api.labels.geometry import geometry
from api.labels.label import Label
from api.labels.print_file import labels_in, opened
from api.labels.sheets import volumes
from api.labels.typesetting import Print
from api.labels.wording import wording_from
from ledger.settings import Settings
from lotmark.demo.client import Client
from lotmark.files import write_atomically
from lotmark.labelling import PRIVATE
from lotmark.reading import opened as opened_books

MAKER, SHOP = "9521404000003", "9521405000002"
BOWL = "09521404000102"
PACKS, POINTS = 24, 50
SHEET = "L7160"
UNREGISTERED = "00000000000000000000"
RULES = {
    "format": "lotmark/programme/1",
    "name": {"en": "Green Bowl points", "zh": "绿碗积分"},
    "earn": [{"currency": "CNY", "amount": 100, "points": 1}],
    "point_value": {"currency": "CNY", "amount": 1, "points": 1},
    "expected_redemption": "0.9",
}
JSON = "application/json"


@dataclass
class Packs:
    """What the chapter leaves: a pack on the shelf, a member, and sheets of labels."""

    pack: str
    card: str
    password: str
    labels: str


class Chapter:
    """Tells the chapter through the web service; each request may be repeated."""

    def __init__(
        self,
        settings: Settings,
        clients: Mapping[str, Client],
        lot: str,
        recorded: Callable[[list[str]], None],
    ) -> None:
        """``clients`` are the organisations' by GLN; ``recorded`` waits for operations."""
        self._clients = clients
        self._lot = lot
        self._recorded = recorded
        self._folder = settings.data_dir / "packs" / lot
        self._settings = settings

    def tell(self) -> Packs:
        """Everything, in order."""
        self._folder.mkdir(parents=True, exist_ok=True)
        programme = self._programme()
        lines = self._print(programme)
        packs = Packs(_path(lines[-1]), "", self._password(), str(self._labels()))
        packs.card = self._post(SHOP, "/members", {"password": packs.password}, "member")["card"]
        self._sell(lines[:2], packs.card, programme)
        self._claim(lines[0], packs.card)
        self._offer_unregistered(lines[1])
        return packs

    def _programme(self) -> int:
        """The maker's programme, in which the shop may give and take points."""
        terms = {"rules": RULES, "budget": 1_000_000, "daily_cap": 100_000, "return_window": 0}
        self._act(MAKER, "/programmes", terms, "programme")
        _, found = self._clients[MAKER].get("/api/v1/programmes")
        number: int = json.loads(found)["entries"][0]["programme"]
        partner = {"partner": SHOP, "rights": ["earn", "redeem"]}
        self._act(MAKER, f"/programmes/{number}/partners", partner, "partner")
        return number

    def _print(self, programme: int) -> list[dict[str, str]]:
        """Units of the lot, each good for points; their print file stays in the data folder."""
        lot = {"gtin": BOWL, "lot": self._lot}
        wanted = {"count": PACKS, "codes": True, "recipient": str(self._identity().to_public())}
        made = self._post(MAKER, "/print-runs", lot | wanted, "print run")
        self._recorded([made["operation"]])
        if not self._file.exists():
            _, sealed = self._clients[MAKER].get(f"/api/v1/print-runs/{made['id']}/file", "*/*")
            write_atomically(self._file, sealed, PRIVATE)
        earning = lot | {"issue": 1, "points": POINTS}
        self._act(MAKER, f"/programmes/{programme}/earnings", earning, "earning")
        with opened(self._file, self._identity_file) as text:
            return list(csv.DictReader(text))

    def _labels(self) -> Path:
        """Sheets of labels, every code of them read back by two decoders."""
        if next(self._folder.glob("*.pdf"), None) is None:
            with opened_books(self._settings) as books:
                wording = wording_from(books.records, books.mirror)
                with opened(self._file, self._identity_file) as text:
                    labels: list[Label] = list(labels_in(text, wording))
            for volume in volumes(labels, geometry(SHEET), Print()):
                write_atomically(self._folder / volume.name, volume.pdf, PRIVATE)
        return self._folder

    def _sell(self, lines: list[dict[str, str]], card: str, programme: int) -> None:
        sale = {
            "number": f"T1-{self._lot}", "currency": "CNY", "card": card, "programme": programme,
            "lines": [{"code": line["digital_link"], "price": 2_490} for line in lines],
        }  # fmt: skip
        made = self._post(SHOP, "/till/sales", sale, "sale")
        self._recorded([each["id"] for each in made["operations"]])

    def _claim(self, line: Mapping[str, str], card: str) -> None:
        """The buyer scratches one pack's hidden code free."""
        claim = {"card": card, "gtin": BOWL, "serial": line["serial"], "code": line["code"]}
        made = self._post(SHOP, "/member-claims", claim, "claim")
        self._recorded([made["operation"]["id"]])

    def _offer_unregistered(self, line: Mapping[str, str]) -> None:
        """Somebody delivers a pack whose code nobody registered: that goes into the inbox."""
        code = line["digital_link"].removesuffix(line["serial"]) + UNREGISTERED
        scan = {"kind": "goods_in", "code": code, "site": "9521405000019"}
        self._post(SHOP, "/scans", scan, "scan")

    def _act(self, gln: str, path: str, body: Mapping[str, Any], key: str) -> None:
        self._recorded([self._post(gln, path, body, key)["id"]])

    def _post(self, gln: str, path: str, body: Mapping[str, Any], key: str) -> Any:
        named = f"demonstration {self._lot} {key}"
        return self._clients[gln].post(f"/api/v1{path}", json.dumps(body).encode(), JSON, named)

    @property
    def _file(self) -> Path:
        return self._folder / "print-file.csv.age"

    @property
    def _identity_file(self) -> Path:
        return self._folder / "print-shop.key"

    def _identity(self) -> pyrage.x25519.Identity:
        """What opens the print file: the print shop's, in a real life."""
        if not self._identity_file.exists():
            made = str(pyrage.x25519.Identity.generate()) + "\n"
            write_atomically(self._identity_file, made.encode(), PRIVATE)
        return pyrage.x25519.Identity.from_str(self._identity_file.read_text().strip())

    def _password(self) -> str:
        path = self._folder / "member-password"
        if not path.exists():
            write_atomically(path, secrets.token_urlsafe(9).encode(), PRIVATE)
        return path.read_text()


def _path(line: Mapping[str, str]) -> str:
    """The path of a pack's own code."""
    return "/" + line["digital_link"].partition("://")[2].partition("/")[2]


def read_packs(told: Mapping[str, str] | None) -> Packs | None:
    """What an earlier run left."""
    return Packs(**told) if told else None


def plain_packs(packs: Packs | None) -> dict[str, str] | None:
    """To be remembered."""
    return asdict(packs) if packs else None
