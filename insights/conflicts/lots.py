"""R5: what the units of one lot show together and none of them alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import sqrt

from insights.conflicts.model import Conflict, Reason
from insights.conflicts.rules import CURRENT, Rules
from ledger.vocabulary import Id


@dataclass(frozen=True, slots=True)
class LotFacts:
    """Counts of one lot, and of its product's other lots for comparison.

    A market is a word of the caller's, commonly a country (ISO 3166-1). Views without a place
    belong to no market.
    """

    lot: Id
    scanned: int
    """Units of the lot that were viewed at all."""
    flagged: int
    """Of these, in conflict."""
    usual_scanned: int
    usual_flagged: int
    """The same of the product's other lots."""
    views: Mapping[str, int] = field(default_factory=dict)
    """Views by market."""
    shipped: Mapping[str, int] = field(default_factory=dict)
    """Units by market they were shipped to; empty when nobody said."""


def judge_lot(facts: LotFacts, rules: Rules = CURRENT) -> Conflict | None:
    """What the rules say of a lot; one sign is a watch, two are a conflict. Never public: a lot's
    other units are nobody's fault.
    """
    signs = (*_share(facts, rules), *_views(facts, rules), *_market(facts, rules))
    if not signs:
        return None
    return Conflict(
        level="conflict" if len(signs) >= rules.agreeing_rules else "watch",
        reasons=signs,
        public=False,
        rules=rules.version,
    )


def _share(facts: LotFacts, rules: Rules) -> Iterator[Reason]:
    """More flagged units than the product's other lots let expect.

    The usual share is estimated with one unit in conflict added, so that a product without
    history has one.
    """
    usual = (facts.usual_flagged + 1) / (facts.usual_scanned + 2)
    expected = facts.scanned * usual
    excess = (facts.flagged - expected) / sqrt(expected * (1 - usual) or 1)
    if facts.flagged >= rules.lot_flagged and excess > rules.lot_sigma:
        values = {
            "units": facts.scanned,
            "flagged": facts.flagged,
            "expected": round(expected, 1),
        }
        yield Reason("lot_share", round(excess / rules.lot_sigma, 2), (), values)


def _views(facts: LotFacts, rules: Rules) -> Iterator[Reason]:
    """More views in a market than the units shipped there make; the worst one."""
    over = [
        (facts.views.get(market, 0) / (rules.lot_views_per_unit * shipped), market)
        for market, shipped in facts.shipped.items()
        if shipped > 0
    ]
    score, market = max(over, default=(0.0, ""))
    if score > 1:
        values: dict[str, int | float | str] = {
            "market": market,
            "views": facts.views[market],
            "shipped": facts.shipped[market],
        }
        yield Reason("lot_views", round(score, 2), (), values)


def _market(facts: LotFacts, rules: Rules) -> Iterator[Reason]:
    """Views in markets to which nothing was shipped."""
    if not facts.shipped:
        return
    views = sum(facts.views.values())
    foreign = views - sum(facts.views.get(market, 0) for market in facts.shipped)
    if foreign >= rules.lot_foreign_views and foreign > rules.lot_foreign_share * views:
        score = round(foreign / (rules.lot_foreign_share * views), 2)
        yield Reason("lot_market", score, (), {"foreign": foreign, "views": views})
