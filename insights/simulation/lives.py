"""One unit's life: the scans it gathers, genuine or copied."""

from __future__ import annotations

import numpy as np

from insights.conflicts.model import Scan, UnitFacts
from insights.conflicts.replay import History
from insights.conflicts.sightings import DAY
from insights.simulation.conditions import Conditions, Scanning
from insights.simulation.scenery import Scenery
from ledger.vocabulary import Id, Seconds

_EPOCH = 1_767_225_600  # 2026-01-01; any would do
_LOT = Id(bytes([0x0A]) + bytes(31))


class Lives:
    """Draws units from one seeded stream."""

    def __init__(
        self, seed: list[int], scanning: Scanning, conditions: Conditions, scenery: Scenery
    ) -> None:
        self._random = np.random.default_rng(seed)
        self._scanning = scanning
        self._conditions = conditions
        self._scenery = scenery
        self._scans: list[Scan] = []
        self._devices = 0
        self._units = 0

    def genuine(self) -> History:
        """A unit that nobody copied."""
        self._scans = []
        self._units += 1
        sold = self._genuine()
        return self._facts(*sold), tuple(self._scans)

    def family(self, foreign: int) -> History:
        """A genuine unit and copies of it, which so many foreign devices scan within 60 days."""
        self._scans = []
        self._units += 1
        sold = self._genuine()
        for _ in range(foreign):
            self._scan(
                self._random.uniform(0, 60), self._device(), self._scenery.city(self._random)
            )
        return self._facts(*sold), tuple(self._scans)

    def _genuine(self) -> tuple[int, float]:
        random, conditions = self._random, self._conditions
        shop, sale = self._scenery.city(random), random.uniform(1, 30)
        for _ in range(random.poisson(self._scanning.in_store)):
            self._scan(random.uniform(0, sale), self._device(), shop)
        if random.random() < conditions.returned:
            self._at_home(shop, sale)
            sale += random.uniform(1, 14)
        given = random.random() < conditions.gifts
        self._at_home(self._scenery.any_city(random) if given else shop, sale)
        if random.random() < conditions.resold:
            later = sale + random.uniform(20, 80)
            self._scan(later, self._device(), self._scenery.any_city(random))
        return shop, sale

    def _at_home(self, home: int, sale: float) -> None:
        random, conditions = self._random, self._conditions
        people = 1 + (random.poisson(conditions.household) if conditions.household else 0)
        for _ in range(people):
            if random.random() < self._scanning.at_home:
                self._owner(home, sale)
        if random.random() < conditions.chat:
            self._chat(home, sale + random.exponential(5))

    def _owner(self, home: int, sale: float) -> None:
        random, device = self._random, self._device()
        for _ in range(1 + random.poisson(0.7)):
            at = home if random.random() < 0.93 else self._scenery.any_city(random)
            self._scan(sale + random.exponential(5), device, at)
        if random.random() < 0.15:
            at = home if random.random() < 0.8 else self._scenery.any_city(random)
            self._scan(sale + random.exponential(10), self._device(), at)

    def _chat(self, home: int, day: float) -> None:
        random = self._random
        for _ in range(3 + random.poisson(5)):
            at = self._scenery.any_city(random) if random.random() < 0.2 else home
            self._scan(day + random.uniform(0, 1 / 24), self._device(), at)

    def _device(self) -> bytes:
        self._devices += 1
        return self._devices.to_bytes(8, "big")

    def _scan(self, day: float, device: bytes, city: int) -> None:
        place = self._scenery.observed(city, self._random)
        latitude, longitude = place or (None, None)
        time = Seconds(_EPOCH + int(day * DAY))
        self._scans.append(Scan(len(self._scans), time, device, latitude, longitude))

    def _facts(self, shop: int, sale: float) -> UnitFacts:
        conditions = self._conditions
        known = conditions.sale_known
        return UnitFacts(
            unit=Id(bytes([0x15]) + self._units.to_bytes(31, "big")),
            lot=_LOT,
            sold_at=Seconds(_EPOCH + int(sale * DAY)) if known else None,
            sold_place=self._scenery.places[shop] if known and conditions.shop_known else None,
            peeked=conditions.peeked,
        )
