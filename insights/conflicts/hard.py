"""Hard rules (R0): what the ledger's state forbids, whoever scanned and from where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from insights.conflicts.model import STAFF_KINDS, Reason, Scan, UnitFacts
from insights.conflicts.rules import Rules
from insights.conflicts.sightings import HOUR

_AS_GOODS = frozenset({"goods_in", "till"})


def hard_reasons(scans: Sequence[Scan], facts: UnitFacts, rules: Rules) -> Iterator[Reason]:
    """Hard rules that fire; ``scans`` in the order of time."""
    if not facts.registered:
        yield from _counted("unknown", [scan for scan in scans if scan.kind in STAFF_KINDS], rules)
        return
    if facts.recalled:
        since = facts.recalled_at
        seen = [scan for scan in scans if since is None or scan.time >= since]
        yield from _counted("recalled", seen, rules)
    if not facts.activated:
        yield from _counted("not_activated", scans, rules)
    if facts.voided:
        yield from _counted("void", scans, rules)
    if facts.code_used:
        again = [scan for scan in scans if scan.kind == "code"]
        yield from _counted("code_used", again, rules)
    yield from _sold_again(scans, facts, rules)


def _counted(rule: str, scans: Sequence[Scan], rules: Rules) -> Iterator[Reason]:
    if scans:
        yield Reason(rule, 1.0, evidence(scans, rules), {"scans": len(scans)}, hard=True)


def _sold_again(scans: Sequence[Scan], facts: UnitFacts, rules: Rules) -> Iterator[Reason]:
    """Goods-in or till after a sale that stands: the till that sells scans at that moment."""
    if facts.sold_at is None:
        return
    good_until = facts.sold_at + rules.sold_again_seconds
    again = [scan for scan in scans if scan.kind in _AS_GOODS and scan.time > good_until]
    if again:
        hours = round((again[0].time - facts.sold_at) / HOUR, 1)
        yield Reason("sold_again", 1.0, evidence(again, rules), {"hours": hours}, hard=True)


def evidence(scans: Sequence[Scan], rules: Rules) -> tuple[int, ...]:
    """The first scans of those, by their numbers."""
    return tuple(sorted(scan.seq for scan in scans[: rules.evidence_scans]))
