"""Scored rules (R1 to R4, and R7): what many views of one code, taken together, make unlikely."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from insights.conflicts.distances import km_among
from insights.conflicts.hard import evidence
from insights.conflicts.model import Place, Reason, Scan
from insights.conflicts.rules import Rules
from insights.conflicts.sightings import DAY, HOUR, Sightings, is_far, most_devices, place_of

PLACED = frozenset({"speed", "after_sale", "spread"})
"""Rules that rest on places, not on numbers alone."""


def scored_reasons(seen: Sightings) -> Iterator[Reason]:
    """Scored rules that fire."""
    if len(seen.views) < 2:  # one device conflicts with nobody
        return
    yield from _devices(seen)
    yield from _crowd(seen)
    yield from _after_sale(seen)
    pairs = _Pairs(seen.views, seen.rules)
    if pairs.devices > 1:
        yield from _speed(pairs, seen.rules)
        yield from _spread(pairs, seen)


def _devices(seen: Sightings) -> Iterator[Reason]:
    rules = seen.rules
    peeks = seen.facts.peeked and not seen.shop_explains
    least = rules.peeked_devices if peeks else rules.devices
    found = seen.devices
    explained = len(seen.unexplained) < seen.agreeing and not seen.enough
    if len(found) < least or explained:
        return
    values = {"devices": len(found), "days": _days(found)}
    yield Reason("devices", _score(len(found), least), evidence(found, rules), values)


def _crowd(seen: Sightings) -> Iterator[Reason]:
    rules = seen.rules
    buyers = most_devices(seen.after_sale, rules.devices_days)
    score, found = max(
        (len(buyers) / rules.crowd_after_sale, buyers),
        (len(seen.unexplained) / seen.crowd, seen.unexplained),
        key=lambda each: each[0],
    )
    if score >= 1:
        values = {"devices": len(found)}
        yield Reason("crowd", round(score, 2), evidence(found, rules), values)


def _after_sale(seen: Sightings) -> Iterator[Reason]:
    rules = seen.rules
    if seen.independent(seen.household) < rules.watch_devices:
        return
    found: list[Scan] = []
    for anchor in _anchors(seen):
        far = [view for view in seen.after_sale if is_far(view, anchor, rules.after_sale_km)]
        found = max(found, most_devices(far, rules.after_sale_days), key=len)
    if len(found) >= rules.after_sale_devices:
        values = {"devices": len(found), "km": int(rules.after_sale_km)}
        score = _score(len(found), rules.after_sale_devices)
        yield Reason("after_sale", score, evidence(found, rules), values)


def _anchors(seen: Sightings) -> list[Place]:
    """Where the unit was sold; else wherever it was seen up to the sale, or where it was seen
    first.
    """
    if not seen.after_sale:
        return []
    if seen.shop is not None:
        return [seen.shop]
    before = seen.views[: len(seen.views) - len(seen.after_sale)]
    placed = [place for view in before[: seen.rules.pair_views] if (place := place_of(view))]
    if not placed:
        placed = [place for view in seen.after_sale if (place := place_of(view))][:1]
    return placed[: seen.rules.shop_views]


class _Pairs:
    """All pairs of placed views, of many views the first and the last."""

    def __init__(self, views: Sequence[Scan], rules: Rules) -> None:
        placed = [view for view in views if place_of(view)]
        if len(placed) > rules.pair_views:
            half = rules.pair_views // 2
            placed = placed[:half] + placed[-half:]
        self.views = placed
        self.numbers = {device: n for n, device in enumerate({v.device: None for v in placed})}
        self.devices = len(self.numbers)
        if self.devices < 2:
            return
        self.device = np.array([self.numbers[view.device] for view in placed])
        time = np.array([view.time for view in placed], dtype=np.float64)
        self.apart: NDArray[np.float64] = np.abs(time[:, None] - time)
        self.km = km_among(np.array([place_of(view) for view in placed], dtype=np.float64))
        self.differ = self.device[:, None] != self.device


def _speed(pairs: _Pairs, rules: Rules) -> Iterator[Reason]:
    hours = np.maximum(pairs.apart / HOUR, rules.speed_floor_hours)
    over = np.maximum(pairs.km - rules.speed_margin_km, 0) / (rules.speed_km_per_hour * hours)
    over[~pairs.differ] = 0
    worst = int(np.argmax(over))
    one, other = divmod(worst, len(pairs.views))
    if over[one, other] <= 1:
        return
    values = {
        "km": round(float(pairs.km[one, other])),
        "hours": round(float(pairs.apart[one, other]) / HOUR, 2),
    }
    both = [pairs.views[one], pairs.views[other]]
    score = min(round(float(over[one, other]), 2), 100.0)
    yield Reason("speed", score, evidence(both, rules), values)


def _spread(pairs: _Pairs, seen: Sightings) -> Iterator[Reason]:
    """The model's rule: so many devices, each of them far from so many others."""
    rules = seen.rules
    if (
        pairs.devices < rules.spread_devices
        or seen.independent(seen.household) < rules.watch_devices
    ):
        return
    far = pairs.differ & (pairs.km > rules.spread_km) & (pairs.apart <= rules.spread_days * DAY)
    if not far.any():
        return
    member = np.eye(pairs.devices)[pairs.device]
    others = (far.astype(np.float64) @ member > 0).sum(axis=1)
    spread = [pairs.views[at] for at in np.flatnonzero(others >= rules.spread_others)]
    found = list({view.device: view for view in reversed(spread)}.values())[::-1]
    if len(found) < rules.spread_devices:
        return
    values = {
        "devices": len(found),
        "km": int(rules.spread_km),
        "others": rules.spread_others,
    }
    score = _score(len(found), rules.spread_devices)
    yield Reason("spread", score, evidence(found, rules), values)


def _days(views: Sequence[Scan]) -> float:
    return round((views[-1].time - views[0].time) / DAY, 1)


def _score(number: int, threshold: int) -> float:
    return round(number / threshold, 2)
