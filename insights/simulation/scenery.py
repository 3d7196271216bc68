"""The map, and where a scan seems to come from."""

from __future__ import annotations

from math import cos, log, pi, radians, sin

import numpy as np

from insights.conflicts.model import Place
from insights.simulation.conditions import Conditions

CITIES = 200
_KM_PER_DEGREE = 111.2
_FIXED_LINE = (log(10), 1.0)  # lognormal error in km
_MOBILE = (log(190), 0.8)
_POLE = 89.9


class Scenery:
    """200 cities between the latitudes of Gibraltar and Oslo, some of them large."""

    def __init__(self, random: np.random.Generator, conditions: Conditions) -> None:
        self._conditions = conditions
        latitudes = random.uniform(36, 60, CITIES)
        longitudes = random.uniform(-9, 25, CITIES)
        self.places: list[Place] = list(zip(latitudes.tolist(), longitudes.tolist(), strict=True))
        people = np.clip(random.zipf(1.5, CITIES), 1, 60).astype(float)
        self._shares = np.cumsum(people / people.sum())

    def city(self, random: np.random.Generator) -> int:
        """A city, by population."""
        return min(int(np.searchsorted(self._shares, random.random())), CITIES - 1)

    def any_city(self, random: np.random.Generator) -> int:
        """A city, each as likely."""
        return int(random.integers(CITIES))

    def observed(self, city: int, random: np.random.Generator) -> Place | None:
        """Where a scan in this city seems to come from; None where nobody can say."""
        conditions = self._conditions
        if conditions.placed < 1 and random.random() >= conditions.placed:
            return None
        line = _FIXED_LINE if random.random() < conditions.fixed_line else _MOBILE
        distance, direction = random.lognormal(*line), random.uniform(0, 2 * pi)
        if random.random() < conditions.vpn:
            return self._kept(*self.places[self.any_city(random)])
        latitude, longitude = self.places[city]
        north = distance * cos(direction) / _KM_PER_DEGREE
        east = distance * sin(direction) / (_KM_PER_DEGREE * cos(radians(latitude)))
        return self._kept(latitude + north, longitude + east)

    def _kept(self, latitude: float, longitude: float) -> Place:
        latitude = max(-_POLE, min(_POLE, latitude))
        if grid := self._conditions.grid:
            return round(latitude / grid) * grid, round(longitude / grid) * grid
        return latitude, longitude
