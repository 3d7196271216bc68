"""A shop with members: a programme in which packs earn, and a clock that tests may turn on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from api.members.settling import expire_points, settle_points
from ledger.vocabulary import Seconds
from tests.api.shop import BOWLS, RULES, Shop, open_shop
from tests.api.town import PACKER, SALAD, SHOP, Town

WINDOW = 3600
DAY = 86_400
PER_PACK = 50
PROGRAMME = 2
TIERS = {
    "days": 365,
    "levels": [
        {"name": {"en": "Silver", "zh": "银卡"}, "from": 100, "multiplier": "1.5"},
        {"name": {"en": "Gold", "zh": "金卡"}, "from": 1000, "multiplier": 2},
    ],
}
CLUB_RULES = {**RULES, "name": {"en": "Bowl club", "zh": "沙拉会"}, "tiers": TIERS}


@dataclass
class Clock:
    """The service's clock: the chain's, with what a test has added."""

    real: Any
    ahead: int = 0

    def __call__(self) -> Seconds:
        return Seconds(self.real() + self.ahead)


@dataclass
class Club:
    """The shop, its clock, and members that have joined."""

    shop: Shop
    clock: Clock
    next_unit: int = 0
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def town(self) -> Town:
        return self.shop.town

    def pass_time(self, seconds: int) -> None:
        """For the service and the chain alike."""
        self.clock.ahead += seconds
        self.shop.anvil.rpc("evm_increaseTime", seconds)
        self.shop.anvil.mine()
        self.town.settle()

    def join(self, **body: Any) -> dict[str, Any]:
        """A member that a till took in."""
        answer = self.town.post(SHOP, "/members", {"channel": "store", **body})
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def sold(self) -> int:
        """The place of a pack that was just sold."""
        place = self.next_unit
        self.next_unit += 1
        self.shop.sell({"code": self.shop.code(place), "price": 100})
        self.town.settle()
        return place

    def asked(self, card: str, place: int, **changed: Any) -> dict[str, Any]:
        """The body of a claim."""
        serial, code = self.shop.serials[place], self.shop.codes[place]
        return {"card": card, "gtin": SALAD, "serial": serial, "code": code} | changed

    def claim(self, card: str, place: int, **changed: Any) -> Any:
        return self.town.post(SHOP, "/member-claims", self.asked(card, place, **changed))

    def earn(self, card: str, packs: int = 1) -> None:
        """Points that can be spent."""
        for _ in range(packs):
            answer = self.claim(card, self.sold())
            assert answer.status_code == 202, answer.text
        self.town.settle()
        self.pass_time(WINDOW + 1)
        self.work()

    def work(self) -> list[str | None]:
        """What the jobs do."""
        did = [settle_points(self.town.services), expire_points(self.town.services)]
        self.town.settle()
        return did

    def token(self, joined: dict[str, Any]) -> dict[str, str]:
        """What a member's own requests carry."""
        body = {"card": joined["card"], "password": joined["secret"]}
        answer = self.town.web.post("/api/v1/member-sessions", json=body)
        assert answer.status_code == 201, answer.text
        return {"Member-Token": answer.json()["token"]}

    def own(self, token: dict[str, str], path: str, body: Any = None) -> Any:
        """What a member asks for itself."""
        where = f"/api/v1/members/me{path}"
        if body is None:
            return self.town.web.get(where, headers=token)
        return self.town.web.post(where, json=body, headers=token)

    def code(self, token: dict[str, str], points: int) -> str:
        """A code for the till."""
        answer = self.own(token, "/redemption-codes", {"programme": PROGRAMME, "points": points})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["code"])

    def balance(self, card: str) -> dict[str, Any]:
        """What a member has, as staff see it."""
        found = self.town.get(f"/api/v1/members/{card}", SHOP).json()["balances"]
        return next((each for each in found if each["programme"] == PROGRAMME), {})

    def difference(self) -> int:
        """What the books are out by."""
        b = self.town.get(f"/api/v1/programmes/{PROGRAMME}/trial-balance").json()
        where = sum(b[each] for each in ("pending", "balances", "spent", "expired", "clawed_back"))
        return int(where - b["owed"] - b["issued"])


@contextmanager
def open_club(folder: Path) -> Iterator[Club]:
    """A club on a chain of its own."""
    with open_shop(folder) as shop:
        town = shop.town
        clock = Clock(town.services.clock)
        town.services = replace(town.services, clock=clock)
        town.web = town.client()
        town.act(SHOP, "/programmes", {"rules": CLUB_RULES, "budget": 10**9, "daily_cap": 10**8,
                                       "return_window": WINDOW})  # fmt: skip
        town.act(SHOP, f"/programmes/{PROGRAMME}/partners", {"partner": PACKER,
                                                             "rights": ["earn"]})  # fmt: skip
        opened = {**BOWLS, "issue": 1, "points": PER_PACK}
        town.act(PACKER, f"/programmes/{PROGRAMME}/earnings", opened)
        yield Club(shop, clock)
