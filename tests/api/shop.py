"""A shop with goods on its shelf, for tests of the till: units with codes, a lot that is weighed, a
serialised unit, a programme, a member.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from api.printing.pressing import Order, header, press
from ledger.vocabulary import Amount, DocumentHash, OrgId, lot
from records import members, units
from records.engine import writing
from records.members import MembersVault, NewMember
from tests.api.town import FARM, GLNS, LETTUCE, PACKER, SALAD, SHOP, Town, open_town
from tests.support.anvil import LocalAnvil

BOWLS = {"gtin": SALAD, "lot": "SAL-A"}
PLAIN = {"gtin": SALAD, "lot": "SAL-B"}
LOOSE = {"gtin": LETTUCE, "lot": "ROM-1"}
SERIAL = "7K3M9QX2HB"
UNITS = 40
RULES = {
    "format": "lotmark/programme/1",
    "earn": [{"currency": "EUR", "amount": 100, "points": 10}],
    "point_value": {"currency": "EUR", "amount": 1, "points": 1},
}


@dataclass
class Shop:
    """The town with what the shop has: codes of its units, its member's card and address."""

    town: Town
    anvil: LocalAnvil
    serials: list[str]
    run: str
    card: str
    address: str
    numbers: int = 0
    codes: list[str] = field(default_factory=list)
    """The hidden codes of the units."""

    def code(self, place: int) -> str:
        """The code of a unit by its place."""
        return f"https://id.gs1.org/01/{SALAD}/21/{self.serials[place]}"

    def sale(self, *lines: dict[str, Any], **more: Any) -> dict[str, Any]:
        """The body of a sale."""
        self.numbers += 1
        body = {"number": f"T-{self.numbers}", "currency": "EUR", "site": GLNS[SHOP]}
        return {**body, "lines": list(lines), **more}

    def sell(self, *lines: dict[str, Any], **more: Any) -> dict[str, Any]:
        """Sells what must be sold."""
        return self.ask("/till/sales", self.sale(*lines, **more))

    def ask(self, path: str, body: Any, key: str = "") -> dict[str, Any]:
        """Asks for what must be done."""
        answer = self.town.post(SHOP, path, body, key=key)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def refused(self, path: str, body: Any, code: str, status: int = 409, org: int = SHOP) -> Any:
        """Asks for what must be refused."""
        answer = self.town.post(org, path, body)
        assert (answer.status_code, answer.json().get("code")) == (status, code), answer.text
        return answer.json()

    def receipt(self, made: dict[str, Any]) -> dict[str, Any]:
        """A receipt as it is now."""
        found: dict[str, Any] = self.town.get(f"/api/v1/till/receipts/{made['id']}", SHOP).json()
        return found

    def member(self) -> dict[str, Any]:
        """What the member has."""
        found: dict[str, Any] = self.town.get(f"/api/v1/programmes/1/members/{self.address}").json()
        return found

    def held(self, thing: dict[str, str]) -> str:
        """How much the shop holds of a lot."""
        path = f"/api/v1/items/01/{thing['gtin']}/10/{thing['lot']}"
        for holding in self.town.get(path).json()["holdings"]:
            if holding["holder"]["organisation"] == SHOP:
                return str(holding["amount"])
        return "0"

    def difference(self) -> int:
        """What the books of the programme are out by."""
        b = self.town.get("/api/v1/programmes/1/trial-balance").json()
        where = sum(b[each] for each in ("pending", "balances", "spent", "expired", "clawed_back"))
        return int(where - b["owed"] - b["issued"])


@contextmanager
def open_shop(folder: Path) -> Iterator[Shop]:
    """A shop on a chain of its own."""
    with LocalAnvil() as anvil, open_town(anvil, folder) as town:
        _goods(town)
        run, printed = _print(town)
        _deliver(town)
        town.act(SHOP, "/programmes", {"rules": RULES, "budget": 10**6, "daily_cap": 10**5,
                                       "return_window": 0})  # fmt: skip
        vault = MembersVault.open(town.services.settings.keys_dir)
        with writing(town.services.records) as records:
            member = members.join(records, vault, NewMember(), town.services.now())
        serials, codes = ([row[name] for row in printed] for name in ("serial", "code"))
        address = "0x" + member.address.hex()
        yield Shop(town, anvil, serials, run, member.card, address, codes=codes)


def _goods(town: Town) -> None:
    name = {"name": {"en": "Lettuce"}}
    weighed = {"gtin": LETTUCE, "unit": "KGM", "decimals": 3, "description": name}
    town.act(FARM, "/products", weighed)
    pieces = {"gtin": SALAD, "unit": "EA", "decimals": 0, "description": {"name": {"en": "Bowl"}}}
    town.act(PACKER, "/products", pieces)
    town.act(FARM, "/lots", {**LOOSE, "amount": "100"})
    town.act(PACKER, "/lots", {**BOWLS, "amount": 200, "expiry": "2095-06-30"})
    town.act(PACKER, "/lots", {**PLAIN, "amount": 50})
    town.act(PACKER, "/units", {**BOWLS, "serials": [SERIAL]})


def _print(town: Town) -> tuple[str, list[dict[str, str]]]:
    """Issues units whose codes are activated for all but the last."""
    bowls = lot(SALAD, "SAL-A")
    made = press(Order(bowls, "https://id.town.example", codes=True), 0, UNITS)
    root = DocumentHash(made.chunk.root)
    body = {**BOWLS, "count": UNITS, "each": "1", "root": "0x" + root.hex()}
    issued = town.act(PACKER, "/unit-issues", body)
    run = units.NewRun(
        "a run", OrgId(PACKER), bowls.id, UNITS, Amount(1), root, codes=True,
        activation=units.DISPATCH, operation=issued["id"], recipient="", replaces=None,
        created=town.services.now(),
    )  # fmt: skip
    with writing(town.services.records) as records:
        found = units.add(records, run, [made.chunk], made.keys)
        units.activate(records, found, 0, UNITS - 1, "DN", now=town.services.now())
    rows = csv.DictReader(io.StringIO((header() + made.rows).decode()))
    return found.id, list(rows)


def _deliver(town: Town) -> None:
    for maker, lines in (
        (FARM, [{**LOOSE, "amount": "60"}]),
        (PACKER, [{**BOWLS, "amount": 150}, {**PLAIN, "amount": 50},
                  {"gtin": SALAD, "serial": SERIAL}]),
    ):  # fmt: skip
        reference = f"DN-{maker}"
        town.act(maker, "/shipments", {"reference": reference, "receiver": SHOP, "lines": lines})
        town.act(SHOP, "/receipts", {"shipper": GLNS[maker], "reference": reference})
