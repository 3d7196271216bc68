"""How much copied labels show, and how often genuine units are accused, over many seeds.

``python -m bench.clones --seeds 30`` prints, for the model of the trust reference and for each
thing added to it, what the rules in force reach beside the rules as the reference writes them: the
share over all seeds with its 95 % interval, and the worst seed.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterable, Iterator

import numpy as np

from insights.conflicts import CURRENT, RULES, Rules, UnitFacts, judge_unit
from insights.conflicts.model import Scan
from insights.conflicts.replay import History
from insights.conflicts.sightings import DAY
from insights.simulation import HEAVY, REFERENCE, Conditions, Rate, Rates, simulate, wilson
from insights.simulation.lives import Lives
from insights.simulation.scenery import Scenery
from ledger.vocabulary import NOTHING, Seconds

ADDED: dict[str, Conditions] = {
    "reference": REFERENCE,
    "places in steps of half a degree": Conditions(grid=0.5),
    "half the scans without place": Conditions(placed=0.5),
    "place of the shop unknown": Conditions(shop_known=False),
    "sale not recorded": Conditions(sale_known=False),
    "no places at all": Conditions(placed=0, shop_known=False),
    "no places, no sale": Conditions(placed=0, sale_known=False),
    "gifts: 30 %": Conditions(gifts=0.3),
    "household: 2 more people": Conditions(household=2),
    "sold on: 20 %": Conditions(resold=0.2),
    "returned and sold again: 20 %": Conditions(returned=0.2),
    "page shared in a chat: 2 %": Conditions(chat=0.02),
    "VPN: 10 %": Conditions(vpn=0.10),
    "marked as peeked at": Conditions(peeked=True),
}
"""Conditions by name, for the table."""
LEVELS = ("watch", "conflict", "public")


def pooled(runs: Iterable[Rates]) -> Iterator[list[str]]:
    """A line of cells for each kind of unit: shares of all seeds, and of the worst seed."""
    for same in zip(*(run.rates for run in runs), strict=True):
        units = sum(rate.units for rate in same)
        cells = [f"{same[0].kind} {same[0].name}"]
        for level in LEVELS:
            hits = sum(getattr(rate, level) for rate in same)
            low, high = wilson(hits, units)
            worst = _worst(same, level)
            cells.append(
                f"{hits / units:.4%} ({low:.4%} to {high:.4%}; {worst:.3%})"
                if same[0].kind == "genuine"
                else f"{hits / units:.1%} ({low:.1%} to {high:.1%}; {worst:.1%})"
            )
        yield cells


def _worst(same: tuple[Rate, ...], level: str) -> float:
    shares: list[float] = [getattr(rate, level) / rate.units for rate in same]
    return max(shares) if same[0].kind == "genuine" else min(shares)


def table(seeds: range, genuine: int, families: int, rules: Rules, name: str) -> Iterator[str]:
    """One condition as lines of Markdown."""
    runs = [simulate(seed, genuine, families, rules, conditions=ADDED[name]) for seed in seeds]
    yield f"\n### {name}, rules {rules.version}, {len(seeds)} seeds from {seeds.start}\n"
    yield "| unit | watch or more (95 %; worst seed) | conflict | public warning |"
    yield "|---|---|---|---|"
    for cells in pooled(runs):
        yield "| " + " | ".join(cells) + " |"


def speed(units: int) -> Iterator[str]:
    """How long judging takes, beside merely sorting the same scans."""
    scenery = Scenery(np.random.default_rng(1), REFERENCE)
    lives = Lives([1, 2], HEAVY, REFERENCE, scenery)
    histories = [lives.genuine() for _ in range(units)]
    yield _line(f"{units:,} genuine units", histories)
    histories = [lives.family(15) for _ in range(units // 100)]
    yield _line(f"{len(histories):,} families of 15", histories)
    for many in (10_000, 100_000):
        facts = UnitFacts(NOTHING, NOTHING, sold_at=Seconds(50 * DAY))
        yield _line("one unit with a flood", [(facts, _flood(many))])


def _flood(many: int) -> tuple[Scan, ...]:
    """As many devices all over the globe within 100 days."""
    return tuple(
        Scan(
            seq, Seconds(seq * 100 * DAY // many), b"%d" % seq, seq % 170 - 85.0, seq % 359 - 179.0
        )
        for seq in range(many)
    )


def _line(what: str, histories: list[History]) -> str:
    sorting = _seconds(lambda: [sorted(scans) for _, scans in histories])
    judging = _seconds(lambda: [judge_unit(scans, facts) for facts, scans in histories])
    scans = sum(len(each) for _, each in histories)
    return f"{what}, {scans:,} scans: {judging:.2f} s, {judging / sorting:.0f} x sorting them"


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=30)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--genuine", type=int, default=20_000)
    parser.add_argument("--families", type=int, default=600)
    parser.add_argument("--added-seeds", type=int, default=5)
    parser.add_argument("--units", type=int, default=100_000, help="for the speed of judging")
    asked = parser.parse_args(arguments)
    everything = range(asked.first, asked.first + asked.seeds)
    some = everything[: asked.added_seeds]
    sizes = asked.genuine, asked.families
    for rules in (CURRENT, RULES["1"]):
        print(*table(everything, *sizes, rules, "reference"), sep="\n", flush=True)
    for name in list(ADDED)[1:]:
        print(*table(some, *sizes, CURRENT, name), sep="\n", flush=True)
    print(*speed(asked.units), sep="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
