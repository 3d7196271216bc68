"""What conflict rules read and what they answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from ledger.vocabulary import Id, OrgId, Seconds

Level = Literal["watch", "conflict"]
"""``watch``: a sign worth an eye. ``conflict``: one hard rule, or scored rules that agree."""
ScanKind = Literal["view", "goods_in", "till", "return", "code"]
"""``code``: a hidden code was presented and refused, because it had been used."""
STAFF_KINDS = frozenset({"goods_in", "till", "return"})

Place = tuple[float, float]
"""Latitude and longitude in degrees, WGS 84."""


class Scan(NamedTuple):
    """One scan of a unit's code, as coarse as it is kept.

    ``device`` is the same for one device and this unit; a scan without it is evidence of hard
    rules only, for nobody can say how many devices such scans are.
    """

    seq: int
    time: Seconds
    device: bytes | None = None
    latitude: float | None = None
    longitude: float | None = None
    kind: ScanKind = "view"
    verdict: str = ""
    org: OrgId | None = None
    site: str | None = None


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """What ledger and records say of a unit now."""

    unit: Id
    lot: Id
    registered: bool = True
    activated: bool = True
    sold_at: Seconds | None = None
    """Of the sale that stands; None when it never was sold or came back."""
    sold_place: Place | None = None
    """Where the shop is that sold it."""
    recalled: bool = False
    recalled_at: Seconds | None = None
    code_used: bool = False
    """Its hidden code has earned its points."""
    voided: bool = False
    peeked: bool = False
    """Shoppers commonly scan this product in the shop without buying it."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that fired. ``values`` fill its sentence (`insights.conflicts.sentences`)."""

    rule: str
    """Key of a sentence."""
    score: float
    """How many times over its threshold; 1 for a hard rule."""
    scans: tuple[int, ...]
    """Evidence: ``seq`` of scans, ascending, at most `Rules.evidence_scans`."""
    values: Mapping[str, int | float | str] = field(default_factory=dict)
    hard: bool = field(default=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Conflict:
    """What the rules say of a unit, a lot or a device."""

    level: Level
    reasons: tuple[Reason, ...]
    """Hard ones first, then by name."""
    public: bool
    """Whether a page may warn whoever scans the unit."""
    rules: str
    """Version of the rules."""

    @property
    def score(self) -> float:
        return round(sum(reason.score for reason in self.reasons), 2)


def level_of(conflict: Conflict | None) -> int:
    """0 for none, 1 for watch, 2 for conflict: to compare."""
    return 0 if conflict is None else 1 + (conflict.level == "conflict")
