"""A unit's views in the order of time, and what the shop that sold it explains of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from insights.conflicts.distances import km_among, km_between
from insights.conflicts.model import STAFF_KINDS, Place, Scan, UnitFacts
from insights.conflicts.rules import Rules

HOUR = 3_600
DAY = 86_400


def place_of(scan: Scan) -> Place | None:
    """Where a scan was made, as far as anybody knows."""
    if scan.latitude is None or scan.longitude is None:
        return None
    return scan.latitude, scan.longitude


def is_far(scan: Scan, place: Place, km: float) -> bool:
    """Whether a scan was made farther from there, as far as anybody knows."""
    here = place_of(scan)
    return here is not None and km_between(here, place) > km


def first_by_device(views: Iterable[Scan]) -> list[Scan]:
    """The first view of each device, in the order given."""
    found: dict[bytes | None, Scan] = {}
    for view in views:
        found.setdefault(view.device, view)
    return list(found.values())


def most_devices(views: Sequence[Scan], days: float) -> list[Scan]:
    """One view of each device in the span of so many days that has most devices.

    ``views`` are in the order of time; linear in their number.
    """
    if not views or views[-1].time - views[0].time <= days * DAY:
        return first_by_device(views)
    inside: Counter[bytes | None] = Counter()
    start, best = 0, (0, 0, 0)
    for end, view in enumerate(views):
        inside[view.device] += 1
        while view.time - views[start].time > days * DAY:
            inside[views[start].device] -= 1
            if not inside[views[start].device]:
                del inside[views[start].device]
            start += 1
        if len(inside) > best[0]:
            best = len(inside), start, end + 1
    return first_by_device(views[best[1] : best[2]])


def outside_bursts(firsts: Sequence[Scan], rules: Rules) -> int:
    """How many devices remain when only so many of any burst count.

    ``firsts`` are in the order of time; who takes the earliest that may be taken takes most.
    """
    kept: list[int] = []
    for view in firsts:
        recent = kept[-rules.burst_devices :]
        full = len(recent) == rules.burst_devices
        if not full or view.time - recent[0] >= rules.burst_hours * HOUR:
            kept.append(view.time)
    return len(kept)


@dataclass(frozen=True)
class Sightings:
    """Views of one unit by known devices, in the order of time, with its facts."""

    views: tuple[Scan, ...]
    facts: UnitFacts
    shop: Place | None
    rules: Rules

    @cached_property
    def shop_explains(self) -> bool:
        """Whether it is known when and where the unit was sold."""
        return self.shop is not None and self.facts.sold_at is not None

    @cached_property
    def after_sale(self) -> tuple[Scan, ...]:
        sold_at = self.facts.sold_at
        if sold_at is None:
            return ()
        return tuple(view for view in self.views if view.time > sold_at)

    @cached_property
    def devices(self) -> list[Scan]:
        """One view of each device."""
        return most_devices(self.views, self.rules.devices_days)

    @cached_property
    def unexplained(self) -> list[Scan]:
        """One view of each device that was not merely seen in the shop before the sale."""
        views = [view for view in self.views if not self._in_shop(view)]
        return most_devices(views, self.rules.devices_days)

    @cached_property
    def places(self) -> int:
        """In how many places devices were first, in-shop peeks aside; all unknown ones are one."""
        views = first_by_device(view for view in self.views if not self._in_shop(view))
        return len({place_of(view) for view in views})

    @cached_property
    def near(self) -> int:
        """How many of the unexplained devices were around the shop, or around where most of them
        were when the shop is unknown.
        """
        found = self.unexplained[: self.rules.pair_views]
        places = [place for view in found if (place := place_of(view))]
        if not places:
            return 0
        if self.shop is not None and self.shop_explains:
            return sum(km_between(place, self.shop) <= self.rules.explained_km for place in places)
        return int((km_among(np.array(places)) <= self.rules.explained_km).sum(axis=1).max())

    def independent(self, household: int) -> int:
        """How many devices remain when one household near the shop stands for so many at most."""
        return len(self.unexplained) - max(0, self.near - household)

    @cached_property
    def household(self) -> int:
        """How many devices near each other count, when it is not about a warning."""
        rules = self.rules
        return rules.household_devices if self.shop_explains else rules.household_unplaced

    @cached_property
    def crowd(self) -> int:
        """So many unexplained devices that no household has them."""
        return self.rules.peeked_crowd if self.facts.peeked else self.rules.crowd

    @cached_property
    def enough(self) -> bool:
        """Whether there are devices enough for rules to agree: so many that neither shop nor
        household explains, or some far from the shop among many, or a crowd.
        """
        many = len(self.unexplained) >= self.agreeing
        if len(self.unexplained) >= self.crowd:
            return True
        if many and self.independent(self.household) >= self.rules.agreeing_devices:
            return True
        return not self.facts.peeked and self._far_among_many()

    def _far_among_many(self) -> bool:
        rules, shop = self.rules, self.shop
        if shop is None or not self.shop_explains or len(self.devices) < rules.devices:
            return False
        far = [view for view in self.views if is_far(view, shop, rules.explained_km)]
        return len(most_devices(far, rules.devices_days)) >= rules.far_devices

    @cached_property
    def agreeing(self) -> int:
        """How many unexplained devices rules must rest on to agree."""
        rules = self.rules
        if self.facts.peeked:
            return rules.peeked_agreeing if self.shop_explains else rules.peeked_agreeing_unplaced
        return rules.agreeing_devices if self.shop_explains else rules.agreeing_unplaced

    def _in_shop(self, view: Scan) -> bool:
        sold_at = self.facts.sold_at
        if self.shop is None or sold_at is None or view.time > sold_at:
            return False
        place = place_of(view)  # unknown: most are made where the unit stands
        return place is None or km_between(place, self.shop) <= self.rules.explained_km


def sightings(scans: Iterable[Scan], facts: UnitFacts, rules: Rules) -> Sightings:
    """What scored rules read; ``scans`` in any order."""
    scans = list(scans)
    views = [scan for scan in scans if scan.kind == "view" and scan.device is not None]
    views.sort(key=lambda view: (view.time, view.seq))
    return Sightings(tuple(views), facts, _shop(scans, facts), rules)


def _shop(scans: Iterable[Scan], facts: UnitFacts) -> Place | None:
    """Where the unit was sold: as recorded, else where staff scanned it nearest to the sale."""
    if facts.sold_place is not None or facts.sold_at is None:
        return facts.sold_place
    sold_at = facts.sold_at
    staff = [scan for scan in scans if scan.kind in STAFF_KINDS and place_of(scan)]
    nearest = min(staff, key=lambda scan: (abs(scan.time - sold_at), scan.seq), default=None)
    return nearest and place_of(nearest)
