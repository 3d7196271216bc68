"""How many copied codes the rules find, and how many genuine units they accuse."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import sqrt

import numpy as np

from insights.conflicts.model import level_of
from insights.conflicts.replay import History
from insights.conflicts.rules import CURRENT, Rules
from insights.conflicts.units import judge_unit
from insights.simulation.conditions import HEAVY, LOW, REFERENCE, Conditions
from insights.simulation.lives import Lives
from insights.simulation.scenery import Scenery

FAMILIES = (2, 3, 5, 10, 20, 50)
"""Foreign scans of a clone family."""
_Z = 1.959964  # 95 %, two-sided


def wilson(hits: int, of: int) -> tuple[float, float]:
    """95 % interval of a share: Wilson's score interval, good for small shares, too."""
    if not of:
        return 0.0, 1.0
    share, square = hits / of, _Z * _Z
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = _Z * sqrt(share * (1 - share) / of + square / (4 * of * of)) / (1 + square / of)
    return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True, slots=True)
class Rate:
    """Of so many units of one kind, how many reached which level at least."""

    kind: str
    """``genuine`` or ``family``."""
    name: str
    """``low`` or ``heavy`` scanning; the number of foreign scans."""
    units: int
    watch: int
    """At least watched: conflicts are counted here, too."""
    conflict: int
    public: int

    def row(self) -> dict[str, str | int | float]:
        """Counts, and shares with their 95 % intervals, in per cent."""
        row: dict[str, str | int | float] = {
            "kind": self.kind,
            "name": self.name,
            "units": self.units,
        }
        for level in ("watch", "conflict", "public"):
            hits = getattr(self, level)
            low, high = wilson(hits, self.units)
            row |= {
                level: hits,
                f"{level}_percent": round(100 * hits / self.units, 4) if self.units else 0.0,
                f"{level}_from": round(100 * low, 4),
                f"{level}_to": round(100 * high, 4),
            }
        return row


@dataclass(frozen=True, slots=True)
class Rates:
    """What one seed shows."""

    seed: int
    rules: str
    rates: tuple[Rate, ...]

    def rows(self) -> list[dict[str, str | int | float]]:
        """A table, genuine units first."""
        return [rate.row() for rate in self.rates]

    def of(self, kind: str, name: str) -> Rate:
        """One line of the table; KeyError where there is none."""
        for rate in self.rates:
            if (rate.kind, rate.name) == (kind, name):
                return rate
        raise KeyError(kind, name)


def simulate(
    seed: int,
    genuine: int = 20_000,
    families: int = 600,
    rules: Rules = CURRENT,
    conditions: Conditions = REFERENCE,
    done: Callable[[int], None] = lambda _: None,
) -> Rates:
    """Judges ``genuine`` units each at low and at heavy scanning, and ``families`` clone families
    of each size. The same arguments give the same answer; ``done`` hears of units as they are
    judged, some at a time.
    """
    scenery = Scenery(np.random.default_rng([seed, 0]), conditions)
    rates = []
    for stream, (name, scanning) in enumerate((("low", LOW), ("heavy", HEAVY)), 1):
        lives = Lives([seed, stream], scanning, conditions, scenery)
        units = (lives.genuine() for _ in range(genuine))
        rates.append(_rate("genuine", name, units, rules, done))
    for foreign in FAMILIES:
        lives = Lives([seed, 100 + foreign], LOW, conditions, scenery)
        units = (lives.family(foreign) for _ in range(families))
        rates.append(_rate("family", str(foreign), units, rules, done))
    return Rates(seed, rules.version, tuple(rates))


def _rate(
    kind: str, name: str, units: Iterable[History], rules: Rules, done: Callable[[int], None]
) -> Rate:
    count = watch = conflict = public = 0
    for facts, scans in units:
        found = judge_unit(scans, facts, rules)
        count += 1
        watch += found is not None
        conflict += level_of(found) > 1
        public += found is not None and found.public
        if count % 100 == 0:
            done(100)
    done(count % 100)
    return Rate(kind, name, count, watch, conflict, public)
